using AudioCodec.Audio;
using AudioCodec.Bitstream;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Compression;

/// <summary>Turns audio of any rate, channels and length into an <c>.ecdc</c> stream, in constant memory.</summary>
internal static class EcdcCompressor
{
    /// <summary>Compresses a source to its end.</summary>
    /// <param name="source">The audio; resampled and mixed to the model's format where it differs. Not disposed.</param>
    /// <param name="output">Receives the file; need not be seekable. Left open.</param>
    /// <param name="config">The codec's configuration.</param>
    /// <param name="encoder">A fresh encoder of that codec.</param>
    /// <param name="blockSamples">Samples per channel to write to it at once.</param>
    /// <param name="settings">Settings of a version-1 file, without lengths and the original's format; <see langword="null"/> for a version-0 file.</param>
    /// <param name="progress">Receives 0 to 1, where the source states its length.</param>
    /// <param name="cancellationToken">Stops between blocks; the output is then incomplete.</param>
    /// <exception cref="AudioFormatException">The source is damaged, or cannot be converted.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static CompressedStream Compress(
        AudioSource source,
        Stream output,
        EncodecConfig config,
        ICodecEncoder encoder,
        int blockSamples,
        EcdcV1Settings? settings,
        IProgress<double>? progress,
        CancellationToken cancellationToken)
    {
        AudioSource converted = AudioFile.ConvertInput(source, config.SampleRateHz, config.Channels);
        using CodeSpool spool = new(encoder.Codebooks);
        Encode(converted, encoder, blockSamples, spool, progress, cancellationToken);
        settings = settings is null ? null : settings with
        {
            LengthSamples = encoder.LengthSamples,
            OriginalSampleRateHz = source.SampleRateHz,
            OriginalChannels = source.Channels,
            OriginalLengthSamples = source.LengthSamples,
        };
        CountingStream counted = new(output);
        using (IEcdcWriter writer = CreateWriter(counted, config, encoder.LengthSamples, encoder.Codebooks, settings))
        {
            spool.Replay(writer, cancellationToken);
            writer.Complete();
        }

        progress?.Report(1);
        return new CompressedStream(encoder.LengthSamples, spool.Frames, counted.BytesWritten, converted.Warnings);
    }

    /// <summary>Writes codes that were encoded before.</summary>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">The codes do not match their length or the model.</exception>
    public static long Write(EncodedAudio codes, Stream output, EncodecConfig config, EcdcV1Settings? settings)
    {
        codes.RequireFit(config.ToEcdcGeometry());
        CountingStream counted = new(output);
        settings = settings is null ? null : settings with { LengthSamples = codes.LengthSamples };
        using IEcdcWriter writer = CreateWriter(counted, config, codes.LengthSamples, codes.Codebooks, settings);
        foreach (EncodedSegment segment in codes.Segments)
        {
            writer.BeginSegment(segment.Scale);
            writer.WriteFrames(segment.Codes);
        }

        writer.Complete();
        return counted.BytesWritten;
    }

    private static IEcdcWriter CreateWriter(Stream output, EncodecConfig config, long lengthSamples, int codebooks, EcdcV1Settings? settings) => settings is null
        ? new EcdcV0Writer(output, config.ToEcdcGeometry(), lengthSamples, codebooks, leaveOpen: true)
        : new EcdcV1Writer(output, settings, leaveOpen: true);

    private static void Encode(
        AudioSource source, ICodecEncoder encoder, int blockSamples, CodeSpool spool, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var block = new float[blockSamples * source.Channels];
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int read = AudioFile.Fill(source, block);
            if (read == 0)
            {
                break;
            }

            encoder.Write(block.AsSpan(0, read * source.Channels), spool);
            if (source.LengthSamples is > 0 and long length)
            {
                progress?.Report(Math.Min(1, (double)encoder.LengthSamples / length));
            }
        }

        encoder.Complete(spool);
    }
}

/// <summary>Result of compressing a stream.</summary>
/// <param name="LengthSamples">Samples per channel at the model's rate.</param>
/// <param name="Frames">Frames in all segments.</param>
/// <param name="Bytes">Bytes written.</param>
/// <param name="Warnings">Irregularities of the audio, and what its conversion lost, in sentences for the user.</param>
internal sealed record CompressedStream(long LengthSamples, long Frames, long Bytes, IReadOnlyList<string> Warnings);
