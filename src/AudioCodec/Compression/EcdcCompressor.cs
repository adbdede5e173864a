using AudioCodec.Audio;
using AudioCodec.Bitstream;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Compression;

/// <summary>Turns audio of any rate, channels and length into an <c>.ecdc</c> stream, in constant memory.</summary>
public static class EcdcCompressor
{
    private const int BlockSamples = 1 << 14;

    /// <summary>Compresses a source to its end.</summary>
    /// <param name="source">The audio; resampled and mixed to the model's format where it differs. Not disposed.</param>
    /// <param name="output">Receives the file; need not seek. Left open.</param>
    /// <param name="model">The codec.</param>
    /// <param name="options">How to compress.</param>
    /// <param name="progress">Receives 0 to 1, where the source states its length.</param>
    /// <param name="cancellationToken">Stops between blocks; what was written then is no complete file.</param>
    /// <exception cref="AudioFormatException">The source is damaged.</exception>
    /// <exception cref="ArgumentException">The model does not offer that bandwidth, or the source cannot be converted.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static CompressionResult Compress(
        AudioSource source,
        Stream output,
        EncodecModel model,
        CompressionOptions options,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        EncodecConfig config = model.Config;
        if (!config.BandwidthsKbps.Contains(options.BandwidthKbps))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.BandwidthKbps, $"{config.Name} offers {string.Join(", ", config.BandwidthsKbps)} kbit/s.");
        }

        AudioSource converted = AudioFile.Convert(source, config.SampleRateHz, config.Channels);
        StreamingEncoder encoder = new(model, config.CodebooksFor(options.BandwidthKbps), options.Threads, options.SearchWidth);
        using CodeSpool spool = new(encoder.Codebooks);
        Encode(converted, encoder, spool, progress, cancellationToken);

        CountingStream counted = new(output);
        using (IEcdcWriter writer = CreateWriter(counted, source, config, encoder, options.Version1))
        {
            spool.Replay(writer, cancellationToken);
            writer.Complete();
        }

        progress?.Report(1);
        return new CompressionResult(
            encoder.LengthSamples, config.SampleRateHz, spool.Frames, encoder.Codebooks, counted.BytesWritten, converted.Warnings);
    }

    private static IEcdcWriter CreateWriter(
        Stream output, AudioSource source, EncodecConfig config, StreamingEncoder encoder, Version1Options? version1)
    {
        if (version1 is null)
        {
            return new EcdcWriter(output, config.ToEcdcGeometry(), encoder.LengthSamples, encoder.Codebooks, leaveOpen: true);
        }

        var settings = new EcdcV1Settings
        {
            Geometry = config.ToEcdcGeometry(),
            Codebooks = encoder.Codebooks,
            CodecFingerprint = version1.CodecFingerprint,
            Coder = version1.Coder,
            ChunkSeconds = version1.ChunkSeconds,
            LengthSamples = encoder.LengthSamples,
            OriginalSampleRateHz = source.SampleRateHz,
            OriginalChannels = source.Channels,
            OriginalLengthSamples = source.LengthSamples,
            Tags = version1.Tags,
        };
        return new EcdcV1Writer(output, settings, leaveOpen: true);
    }

    private static void Encode(
        AudioSource source, StreamingEncoder encoder, CodeSpool spool, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var block = new float[BlockSamples * source.Channels];
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int read = source.Read(block);
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
