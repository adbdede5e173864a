using AudioCodec.Audio;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.InputOutput;

/// <summary>Writes decoded audio in the way that the user asked for.</summary>
internal static class DecodedOutput
{
    /// <summary>Converts decoded audio to the rate and channels of the output.</summary>
    /// <param name="decoded">Disposed together with the result.</param>
    /// <param name="format">What was asked for.</param>
    /// <param name="original">The audio that was compressed, where its rate was asked for; its length is not exceeded where it is given.</param>
    /// <exception cref="UsageException">There is no way to this rate or these channels.</exception>
    public static AudioSource Convert(AudioSource decoded, WavFormat format, OriginalAudio? original)
    {
        AudioSource converted;
        try
        {
            converted = AudioFile.Convert(
                decoded, original?.SampleRateHz ?? format.SampleRateHz ?? decoded.SampleRateHz, format.Raw?.Channels ?? decoded.Channels);
        }
        catch (ArgumentException refusal)
        {
            throw new UsageException(refusal);
        }

        // There and back between two rates may give a sample too many.
        return original?.LengthSamples is long length ? new ExcerptSource(converted, 0, length) : converted;
    }

    /// <summary>Writes audio to a file that appears when it is complete, or to standard output.</summary>
    /// <param name="session">Whose standard output <c>-</c> means.</param>
    /// <param name="path">The file, or <c>-</c>.</param>
    /// <param name="force">Whether an existing file may be replaced.</param>
    /// <param name="format">How samples are written.</param>
    /// <param name="open">Starts the audio from its first sample; called twice where its peak decides how it is scaled.</param>
    /// <param name="progress">Receives 0 to 1.</param>
    /// <param name="cancellationToken">Stops between blocks; no file appears then.</param>
    public static WrittenAudio Write(
        CliSession session,
        string path,
        bool force,
        WavFormat format,
        Func<AudioSource> open,
        IProgress<double> progress,
        CancellationToken cancellationToken)
    {
        float gain = 1;
        if (format.Rescale)
        {
            using AudioSource measured = open();
            gain = PeakGuard.RescaleGain(AudioTransfer.MeasurePeak(measured, new PartOfProgress(progress, 0, 0.5), cancellationToken));
            progress = new PartOfProgress(progress, 0.5, 1);
        }

        using AudioSource source = open();
        using OutputTarget target = OutputTarget.Open(session, path, force);
        AudioTransferResult result;
        using (AudioSink sink = OpenSink(target.Stream, path, format, source.SampleRateHz, source.Channels, source.LengthSamples))
        {
            result = AudioTransfer.Write(source, sink, gain, progress, cancellationToken);
        }

        target.Commit();
        return new WrittenAudio(result, source.SampleRateHz, source.Channels);
    }

    /// <summary>Opens what writes samples in the format that an output's name and the user say.</summary>
    /// <param name="stream">Receives the bytes. Left open.</param>
    /// <param name="path">The output, or <c>-</c>.</param>
    /// <param name="format">How samples are written.</param>
    /// <param name="sampleRateHz">Samples per second and channel.</param>
    /// <param name="channels">Number of channels.</param>
    /// <param name="lengthSamples">Samples per channel to come, where known.</param>
    public static AudioSink OpenSink(Stream stream, string path, WavFormat format, int sampleRateHz, int channels, long? lengthSamples) => format.Raw is RawPcmFormat raw
        ? new RawPcmWriter(stream, raw, leaveOpen: true)
        : OutputSuffix.NeedsFfmpeg(path)
            ? new FfmpegSink(stream, path, sampleRateHz, channels, format.Encoding)
            : new WavWriter(stream, sampleRateHz, channels, format.Encoding, lengthSamples, leaveOpen: true);
}
