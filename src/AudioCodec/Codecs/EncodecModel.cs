using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Codecs.Quantization;
using AudioCodec.Codecs.Seanet;
using AudioCodec.Models;

namespace AudioCodec.Codecs;

/// <summary>A codec of the EnCodec family with its weights: turns audio into codes and back.</summary>
/// <remarks>
/// Read-only once loaded, so that any number of threads and streams may share one. Source: High Fidelity Neural Audio
/// Compression (arXiv 2210.13438). For pieces that do not fit in memory, or as they come in, use
/// <see cref="StreamingEncoder"/> and <see cref="StreamingDecoder"/>, which give the same codes and samples bit for bit.
/// </remarks>
/// <example>
/// <code>
/// EncodecModel model = EncodecModel.Load("encodec_24khz");
/// EncodedAudio encoded = model.Encode(audio, bandwidthKbps: 6);
/// AudioBuffer decoded = model.Decode(encoded);
/// </code>
/// </example>
public sealed class EncodecModel
{
    private EncodecModel(
        EncodecConfig config, SeanetWeights encoder, ResidualVectorQuantizer quantizer, SeanetWeights decoder)
    {
        Config = config;
        Encoder = encoder;
        Quantizer = quantizer;
        Decoder = decoder;
    }

    /// <summary>What the model is.</summary>
    public EncodecConfig Config { get; }

    internal SeanetWeights Encoder { get; }

    internal ResidualVectorQuantizer Quantizer { get; }

    internal SeanetWeights Decoder { get; }

    /// <summary>Builds a model from tensors under the official names.</summary>
    /// <param name="config">What the model is.</param>
    /// <param name="weights">Its tensors; not needed any more afterwards. Each is read once.</param>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape than <paramref name="config"/> says.</exception>
    public static EncodecModel Load(EncodecConfig config, StateDict weights)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(weights);
        return new EncodecModel(
            config,
            SeanetWeights.Load(SeanetPlan.Encoder(config), weights),
            ResidualVectorQuantizer.Load(config, weights),
            SeanetWeights.Load(SeanetPlan.Decoder(config), weights));
    }

    /// <summary>Loads a model by name or path.</summary>
    /// <param name="nameOrPath">
    /// A checkpoint file or folder, or the name of a model that ships or was pulled; <see langword="null"/> for the default.
    /// </param>
    /// <exception cref="CheckpointException">There is no such model on this machine, or its file is damaged.</exception>
    public static EncodecModel Load(string? nameOrPath = null)
    {
        using ModelStore store = new();
        return LoadFile(store.Find(nameOrPath ?? ModelStore.DefaultCodecName));
    }

    /// <summary>Loads a model from a checkpoint file or folder, tensor by tensor, so that memory holds the model only.</summary>
    /// <param name="path">See <see cref="CheckpointLoader.Load"/>.</param>
    /// <exception cref="CheckpointException">The file is missing, damaged or hostile, or its tensors are not those of its configuration.</exception>
    /// <exception cref="ConfigException">Its configuration cannot be read, or has a value that is not allowed.</exception>
    public static EncodecModel LoadFile(string path)
    {
        using CheckpointFile file = CheckpointFile.Open(path);
        return Load(file.Contents.Config, file.Contents.Weights);
    }

    /// <summary>Turns audio into codes.</summary>
    /// <param name="audio">Audio of the model's rate and channels, nominal range -1 to 1; NaN and infinity count as silence.</param>
    /// <param name="bandwidthKbps">One of <see cref="EncodecConfig.BandwidthsKbps"/>.</param>
    /// <param name="threads">Threads to use, at least 1; the codes do not depend on it.</param>
    /// <param name="searchWidth">Partial sums kept by the residual search, 1 (greedy) to 64; <see langword="null"/> for the model's <see cref="EncodecConfig.SearchWidth"/>.</param>
    /// <exception cref="ArgumentException">Rate, channels or bandwidth are not the model's, or the width is out of range.</exception>
    public EncodedAudio Encode(AudioBuffer audio, double bandwidthKbps, int threads = 1, int? searchWidth = null)
    {
        ArgumentNullException.ThrowIfNull(audio);
        RequireFormat(audio);
        CollectedCodes codes = new();
        StreamingEncoder encoder = new(this, RequireBandwidth(bandwidthKbps), threads, searchWidth);
        Span<float> block = new float[Math.Min(audio.LengthSamples, 1 << 16) * audio.Channels];
        for (int start = 0; start < audio.LengthSamples;)
        {
            int count = Math.Min(block.Length / audio.Channels, audio.LengthSamples - start);
            audio.ReadInterleaved(start, block[..(count * audio.Channels)]);
            encoder.Write(block[..(count * audio.Channels)], codes);
            start += count;
        }

        encoder.Complete(codes);
        return new EncodedAudio(audio.LengthSamples, encoder.Codebooks, codes.Segments());
    }

    /// <summary>Turns codes back into audio.</summary>
    /// <param name="encoded">What <see cref="Encode"/> or a file gave.</param>
    /// <param name="threads">Threads to use, at least 1; the samples do not depend on it.</param>
    /// <returns>Audio of the model's rate and channels and of the original's length; not clipped to -1 to 1.</returns>
    /// <exception cref="ArgumentException">More codebooks than the model has, a code beyond a codebook, or too few frames.</exception>
    public AudioBuffer Decode(EncodedAudio encoded, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        AudioBuffer audio = new(new float[checked(Config.Channels * (int)encoded.LengthSamples)], Config.Channels, Config.SampleRateHz);
        CollectedSamples samples = new(audio);
        StreamingDecoder decoder = new(this, encoded.Codebooks, encoded.LengthSamples, threads);
        foreach (EncodedSegment segment in encoded.Segments)
        {
            decoder.BeginSegment(segment.Scale, samples);
            decoder.Write(segment.Codes, samples);
        }

        decoder.Complete(samples);
        if (samples.Count != encoded.LengthSamples)
        {
            throw new ArgumentException(
                $"The codes give {samples.Count} samples per channel; {encoded.LengthSamples} are stated.", nameof(encoded));
        }

        return audio;
    }

    private int RequireBandwidth(double bandwidthKbps) => Config.BandwidthsKbps.Contains(bandwidthKbps)
        ? Config.CodebooksFor(bandwidthKbps)
        : throw new ArgumentOutOfRangeException(
            nameof(bandwidthKbps),
            bandwidthKbps,
            $"{Config.Name} offers {string.Join(", ", Config.BandwidthsKbps)} kbps.");

    private void RequireFormat(AudioBuffer audio)
    {
        if (audio.Channels != Config.Channels || audio.SampleRateHz != Config.SampleRateHz)
        {
            throw new ArgumentException(
                $"{Config.Name} takes {Config.Channels} channel(s) at {Config.SampleRateHz} Hz; this audio has "
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

    private sealed class CollectedSamples(AudioBuffer audio) : ISampleSink
    {
        public int Count { get; private set; }

        public void WriteSamples(ReadOnlySpan<float> interleaved)
        {
            audio.WriteInterleaved(Count, interleaved);
            Count += interleaved.Length / audio.Channels;
        }
    }
}
