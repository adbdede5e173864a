using AudioCodec.Audio;
using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Codecs;

/// <summary>Encodes and decodes whole recordings in memory, on any engine.</summary>
public static class CodecEngineExtensions
{
    private const int LeastBlockSamples = 1 << 16;

    /// <summary>Turns audio into codes.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="audio">Audio of the model's rate and channels, nominal range -1 to 1; NaN and infinity count as silence.</param>
    /// <param name="bandwidthKbps">One of <see cref="EncodecConfig.BandwidthsKbps"/>.</param>
    /// <param name="threads">Threads to use, at least 1; the codes do not depend on it.</param>
    /// <param name="searchWidth">Partial sums kept by the residual search, 1 (greedy) to 64; <see langword="null"/> for the model's <see cref="EncodecConfig.SearchWidth"/>.</param>
    /// <exception cref="ArgumentException">Rate, channels or bandwidth are not the model's, or the width is out of range.</exception>
    public static EncodedAudio Encode(this ICodecEngine engine, AudioBuffer audio, double bandwidthKbps, int threads = 1, int? searchWidth = null)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return engine.EncodeCodebooks(audio, engine.Config.RequireBandwidth(bandwidthKbps), threads, searchWidth);
    }

    /// <summary>Turns audio into codes of any number of codebooks.</summary>
    /// <inheritdoc cref="ICodecEngine.OpenEncoder"/>
    internal static EncodedAudio EncodeCodebooks(this ICodecEngine engine, AudioBuffer audio, int codebooks, int threads = 1, int? searchWidth = null)
    {
        RequireFormat(engine.Config, audio);
        using AudioBufferSource source = new(audio);
        return engine.EncodeAll(source, codebooks, threads, searchWidth);
    }

    /// <summary>Turns the rest of a source of the model's rate and channels into codes; memory holds the codes only.</summary>
    /// <inheritdoc cref="ICodecEngine.OpenEncoder"/>
    internal static EncodedAudio EncodeAll(
        this ICodecEngine engine, AudioSource source, int codebooks, int threads = 1, int? searchWidth = null, CancellationToken cancellationToken = default)
    {
        CollectedCodes codes = new();
        using ICodecEncoder encoder = engine.OpenEncoder(codebooks, threads, searchWidth);
        ForEachBlock(source, engine.BlockSamples(threads, LeastBlockSamples), block =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            encoder.Write(block, codes);
        });
        encoder.Complete(codes);
        return new EncodedAudio(encoder.LengthSamples, encoder.Codebooks, codes.Segments());
    }

    /// <summary>Turns codes back into audio.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="encoded">Codes of <see cref="Encode"/> or a file.</param>
    /// <param name="threads">Threads to use, at least 1; the samples do not depend on it.</param>
    /// <returns>Audio of the model's rate and channels and of the original's length; not clipped to -1 to 1.</returns>
    /// <exception cref="ArgumentException">More codebooks than the model has, a code beyond a codebook, or too few frames.</exception>
    public static AudioBuffer Decode(this ICodecEngine engine, EncodedAudio encoded, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(encoded);
        CollectedSamples samples = new(engine.Config, encoded.LengthSamples);
        using ICodecDecoder decoder = engine.OpenDecoder(encoded.Codebooks, encoded.LengthSamples, threads).ForThroughput();
        foreach (EncodedSegment segment in encoded.Segments)
        {
            decoder.BeginSegment(segment.Scale, samples);
            decoder.Write(segment.Codes, samples);
        }

        decoder.Complete(samples);
        return samples.ToAudio(nameof(encoded));
    }

    /// <summary>Turns audio into latents, before quantization.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="audio">Audio of the model's rate and channels, nominal range -1 to 1; NaN and infinity count as silence.</param>
    /// <param name="threads">Threads to use, at least 1; the latents do not depend on it.</param>
    /// <exception cref="ArgumentException">Rate or channels are not the model's.</exception>
    public static LatentAudio EncodeLatents(this ICodecEngine engine, AudioBuffer audio, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(engine);
        RequireFormat(engine.Config, audio);
        CollectedLatents latents = new();
        using ILatentEncoder encoder = engine.OpenLatentEncoder(threads);
        using AudioBufferSource source = new(audio);
        ForEachBlock(source, engine.BlockSamples(threads, LeastBlockSamples), block => encoder.Write(block, latents));
        encoder.Complete(latents);
        return new LatentAudio(audio.LengthSamples, engine.Config.Dimension, latents.Segments());
    }

    /// <summary>Turns latents into audio.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="latents">Latents of <see cref="EncodeLatents"/> or a generator.</param>
    /// <param name="threads">Threads to use, at least 1; the samples do not depend on it.</param>
    /// <exception cref="ArgumentException">Latents of another dimension, or too few frames.</exception>
    public static AudioBuffer DecodeLatents(this ICodecEngine engine, LatentAudio latents, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(latents);
        if (latents.Dimension != engine.Config.Dimension)
        {
            throw new ArgumentException($"{engine.Config.Name} has latents of {engine.Config.Dimension} values, not {latents.Dimension}.", nameof(latents));
        }

        CollectedSamples samples = new(engine.Config, latents.LengthSamples);
        using ICodecDecoder decoder = engine.OpenDecoder(engine.Config.Codebooks, latents.LengthSamples, threads).ForThroughput();
        foreach (LatentSegment segment in latents.Segments)
        {
            decoder.BeginSegment(segment.Scale, samples);
            decoder.WriteLatents(segment.Values, samples);
        }

        decoder.Complete(samples);
        return samples.ToAudio(nameof(latents));
    }

    /// <summary>Samples to write to an encoder at once, so that it has as many segments as it computes together.</summary>
    /// <param name="engine">The encoder's engine.</param>
    /// <param name="threads">The encoder's threads.</param>
    /// <param name="least">The least number of samples; the number where the model has no segments.</param>
    internal static int BlockSamples(this ICodecEngine engine, int threads, int least) => engine is EncodecModel { Config.SegmentStrideSamples: int stride } model
        ? Math.Max(least, stride * model.SegmentsTogether(threads))
        : least;

    /// <summary>Makes a decoder wait for several segments where it decodes them together; see <see cref="StreamingDecoder.PreferThroughput"/>.</summary>
    internal static ICodecDecoder ForThroughput(this ICodecDecoder decoder)
    {
        if (decoder is StreamingDecoder managed)
        {
            managed.PreferThroughput = true;
        }

        return decoder;
    }

    private static void ForEachBlock(AudioSource source, int blockSamples, Action<ReadOnlySpan<float>> take)
    {
        var block = new float[(int)Math.Clamp(source.LengthSamples ?? blockSamples, 1, blockSamples) * source.Channels];
        for (int read = AudioFile.Fill(source, block); read > 0; read = AudioFile.Fill(source, block))
        {
            take(block.AsSpan(0, read * source.Channels));
        }
    }

    private static void RequireFormat(EncodecConfig config, AudioBuffer audio)
    {
        ArgumentNullException.ThrowIfNull(audio);
        if (audio.Channels != config.Channels || audio.SampleRateHz != config.SampleRateHz)
        {
            throw new ArgumentException(
                $"{config.Name} takes {Messages.Count(config.Channels, "channel")} at {config.SampleRateHz} Hz; this audio has "
                + $"{audio.Channels} at {audio.SampleRateHz} Hz. Convert it first.",
                nameof(audio));
        }
    }

    private sealed class CollectedCodes : ICodeSink
    {
        private readonly List<(float Scale, List<ushort> Codes)> _segments = [];

        public void BeginSegment(float scale) => _segments.Add((scale, []));

        public void WriteFrames(ReadOnlySpan<ushort> codes) => _segments[^1].Codes.AddRange(codes);

        public IReadOnlyList<EncodedSegment> Segments() =>
            [.. _segments.Select(segment => new EncodedSegment(segment.Scale, [.. segment.Codes]))];
    }

    private sealed class CollectedLatents : ILatentSink
    {
        private readonly List<(float Scale, List<float> Values)> _segments = [];

        public void BeginSegment(float scale) => _segments.Add((scale, []));

        public void WriteFrames(ReadOnlySpan<float> latents) => _segments[^1].Values.AddRange(latents);

        public IReadOnlyList<LatentSegment> Segments() =>
            [.. _segments.Select(segment => new LatentSegment(segment.Scale, [.. segment.Values]))];
    }

    private sealed class CollectedSamples(EncodecConfig config, long lengthSamples) : ISampleSink
    {
        private readonly AudioBuffer _audio = new(new float[checked(config.Channels * (int)lengthSamples)], config.Channels, config.SampleRateHz);
        private int _count;

        public void WriteSamples(ReadOnlySpan<float> interleaved)
        {
            _audio.WriteInterleaved(_count, interleaved);
            _count += interleaved.Length / config.Channels;
        }

        public AudioBuffer ToAudio(string parameter) => _count == lengthSamples
            ? _audio
            : throw new ArgumentException($"The frames give {_count} samples per channel; {lengthSamples} are stated.", parameter);
    }
}
