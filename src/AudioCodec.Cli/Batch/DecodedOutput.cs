using AudioCodec.Audio;
using AudioCodec.Cli.Models;
using AudioCodec.Cli.Options;
using AudioCodec.Compression;

namespace AudioCodec.Cli.Batch;

/// <summary>Writes decoded audio in the way that the user asked for.</summary>
internal static class DecodedOutput
{
    /// <summary>Converts decoded audio to the rate and channels of the output.</summary>
    /// <param name="decoded">Disposed together with the result.</param>
    /// <param name="format">What was asked for.</param>
    /// <param name="original">The audio that was compressed, where its rate was asked for; its length is not exceeded where it is given.</param>
    public static AudioSource Convert(AudioSource decoded, WavFormat format, OriginalAudio? original)
    {
        AudioSource converted = AudioFile.Convert(
            decoded, original?.SampleRateHz ?? format.SampleRateHz ?? decoded.SampleRateHz, format.Raw?.Channels ?? decoded.Channels);

        // There and back between two rates may give a sample too many.
        return original?.LengthSamples is long length ? new ExcerptSource(converted, new SampleRange(0, length)) : converted;
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
            gain = PeakGuard.RescaleGain(EcdcDecompressor.MeasurePeak(measured, new PartOfProgress(progress, 0, 0.5), cancellationToken));
            progress = new PartOfProgress(progress, 0.5, 1);
        }

        using AudioSource source = open();
        using OutputTarget target = OutputTarget.Open(session, path, force);
        DecompressionResult result;
        using (AudioSink sink = Sink(target.Stream, source, format))
        {
            result = EcdcDecompressor.Write(source, sink, gain, progress, cancellationToken);
        }

        target.Commit();
        return new WrittenAudio(result, source.SampleRateHz, source.Channels);
    }

    private static AudioSink Sink(Stream stream, AudioSource source, WavFormat format) => format.Raw is null
        ? new WavWriter(stream, source.SampleRateHz, source.Channels, format.Encoding, source.LengthSamples, leaveOpen: true)
        : new RawPcmWriter(stream, format.Raw, leaveOpen: true);
}

/// <summary>What was written.</summary>
/// <param name="Result">Length, peak and warnings.</param>
/// <param name="SampleRateHz">Samples per second and channel.</param>
/// <param name="Channels">Number of channels.</param>
internal sealed record WrittenAudio(DecompressionResult Result, int SampleRateHz, int Channels)
{
    /// <summary>The warnings for the user.</summary>
    public IReadOnlyList<string> Warnings => Result.ClippedValues == 0
        ? Result.Warnings
        :
        [
            .. Result.Warnings,
            $"{Result.ClippedValues} samples were clipped: the peak is {Result.Peak:0.000}, the limit is {PeakGuard.ReferenceLimit}. "
                + "Use -r to scale the output down instead.",
        ];
}
