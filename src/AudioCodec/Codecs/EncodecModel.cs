using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Codecs.Quantization;
using AudioCodec.Codecs.Seanet;
using AudioCodec.Numerics;

namespace AudioCodec.Codecs;

/// <summary>A codec of the EnCodec family with its weights, on the managed engine.</summary>
/// <remarks>
/// Read-only once loaded, so that any number of threads and streams may share one. Source: High Fidelity Neural Audio
/// Compression (arXiv 2210.13438). For recordings that do not fit in memory, and live streams, use
/// <see cref="StreamingEncoder"/> and <see cref="StreamingDecoder"/>, which give the same codes and samples bit for bit.
/// </remarks>
public sealed class EncodecModel : ICodecEngine
{
    // Bounds the memory of a stream: a segment of the 48 kHz model takes 40 MB while it is computed.
    private const int MostSegmentsTogether = 8;
    private readonly Lazy<float[]> _leadIn;
    private readonly IDisposable? _file;

    private EncodecModel(
        EncodecConfig config,
        ResidualVectorQuantizer quantizer,
        Func<Executor, ISeanetState> openEncoder,
        Func<Executor, ISeanetState> openDecoder,
        IDisposable? file = null)
    {
        Config = config;
        Quantizer = quantizer;
        OpenEncoderNetwork = openEncoder;
        OpenDecoderNetwork = openDecoder;
        _leadIn = new Lazy<float[]>(RepeatSilence);
        _file = file;
    }

    /// <summary>The configuration of the model.</summary>
    public EncodecConfig Config { get; }

    internal ResidualVectorQuantizer Quantizer { get; }

    /// <summary>Starts the encoder's network on a stream.</summary>
    internal Func<Executor, ISeanetState> OpenEncoderNetwork { get; }

    /// <summary>Starts the decoder's network on a stream.</summary>
    internal Func<Executor, ISeanetState> OpenDecoderNetwork { get; }

    /// <summary>Whether the networks use processors as they like: segments then go through one after the other.</summary>
    private bool DividesItself { get; init; }

    /// <summary>Latents that a fresh decoder decodes before the first frame, [<see cref="EncodecConfig.LeadInFrames"/>, D].</summary>
    internal ReadOnlySpan<float> LeadIn => _leadIn.Value;

    /// <summary>Builds a model from tensors under the official names.</summary>
    /// <param name="config">The configuration of the model.</param>
    /// <param name="weights">Its tensors, each of which is read once; not needed afterwards.</param>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape than <paramref name="config"/> says.</exception>
    public static EncodecModel Load(EncodecConfig config, StateDict weights)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(weights);
        var encoder = SeanetWeights.Load(SeanetPlan.Encoder(config), weights);
        var quantizer = ResidualVectorQuantizer.Load(config, weights);
        var decoder = SeanetWeights.Load(SeanetPlan.Decoder(config), weights);
        return new EncodecModel(config, quantizer, executor => new SeanetState(encoder, executor), executor => new SeanetState(decoder, executor));
    }

    /// <summary>Builds a model that reads encoder, decoder and each codebook at their first use: half of a start's time and memory goes into what a command does not use.</summary>
    /// <param name="file">The open checkpoint; disposed with the model.</param>
    internal static EncodecModel LoadOnUse(CheckpointFile file)
    {
        EncodecConfig config = file.Contents.Config;
        StateDict weights = file.Contents.Weights;
        Lock reading = new();
        ResidualVectorQuantizer quantizer = new(config, weights, reading);
        Lazy<SeanetWeights> encoder = new(() => Load(SeanetPlan.Encoder(config)));
        Lazy<SeanetWeights> decoder = new(() => Load(SeanetPlan.Decoder(config)));
        return new EncodecModel(
            config, quantizer, executor => new SeanetState(encoder.Value, executor), executor => new SeanetState(decoder.Value, executor), file);

        SeanetWeights Load(SeanetPlan plan)
        {
            lock (reading)
            {
                return SeanetWeights.Load(plan, weights);
            }
        }
    }

    /// <summary>A model with encoder and decoder on another engine; quantizer, segments and scales are managed.</summary>
    internal static EncodecModel Load(EncodecConfig config, StateDict weights, Func<ISeanetState> openEncoder, Func<ISeanetState> openDecoder) =>
        new(config, ResidualVectorQuantizer.Load(config, weights), _ => openEncoder(), _ => openDecoder()) { DividesItself = true };

    /// <summary>Loads a model from a checkpoint file or folder, tensor by tensor, so that memory holds the model only.</summary>
    /// <param name="path">See <see cref="CheckpointLoader.Load"/>.</param>
    /// <exception cref="CheckpointException">The file is missing, damaged or hostile, or its tensors are not those of its configuration.</exception>
    /// <exception cref="ConfigException">Its configuration cannot be read, or has a value that is not allowed.</exception>
    public static EncodecModel LoadFile(string path)
    {
        using CheckpointFile file = CheckpointFile.Open(path);
        return Load(file.Contents.Config, file.Contents.Weights);
    }

    /// <summary>Segments that a stream computes at once.</summary>
    /// <param name="threads">Its threads.</param>
    internal int SegmentsTogether(int threads) => Config.SegmentStrideSamples is null || DividesItself ? 1 : Math.Min(threads, MostSegmentsTogether);

    /// <inheritdoc/>
    public ICodecEncoder OpenEncoder(int codebooks, int threads = 1, int? searchWidth = null) => new StreamingEncoder(this, codebooks, threads, searchWidth);

    /// <inheritdoc/>
    public ICodecDecoder OpenDecoder(int codebooks, long lengthSamples = long.MaxValue, int threads = 1) =>
        new StreamingDecoder(this, codebooks, lengthSamples, threads);

    /// <inheritdoc/>
    public ILatentEncoder OpenLatentEncoder(int threads = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        return new StreamingLatentEncoder(this, new Executor(threads));
    }

    /// <summary>Rounds latents to codes, on the calling thread.</summary>
    /// <inheritdoc cref="OpenEncoder"/>
    internal unsafe EncodedAudio Quantize(LatentAudio latents, int codebooks, int? searchWidth)
    {
        var quantizer = new QuantizerState(Quantizer, new Executor(1), searchWidth ?? Config.SearchWidth);
        return new EncodedAudio(latents.LengthSamples, codebooks, [.. latents.Segments.Select(segment =>
        {
            int frames = segment.Values.Length / Config.Dimension;
            var codes = new ushort[frames * codebooks];
            fixed (float* values = segment.Values)
            {
                quantizer.Encode(values, frames, codebooks, codes);
            }

            return new EncodedSegment(segment.Scale, codes);
        })]);
    }

    /// <summary>The latent of settled silence, [D], as the encoder gives it.</summary>
    internal float[] MeasureSilence()
    {
        var silence = new AudioBuffer(new float[EncodecConfig.SilenceFrames * Config.HopSamples * Config.Channels], Config.Channels, Config.SampleRateHz);
        return this.EncodeLatents(silence).Segments[^1].Values[^Config.Dimension..];
    }

    private float[] RepeatSilence()
    {
        IReadOnlyList<float> settled = Config.LeadInFrames == 0 ? [] : Config.SilenceLatent ?? MeasureSilence();
        return [.. Enumerable.Repeat(settled, Config.LeadInFrames).SelectMany(latent => latent)];
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();
}
