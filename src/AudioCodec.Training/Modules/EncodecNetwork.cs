using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Seanet;
using AudioCodec.Numerics;
using AudioCodec.Training.Configuration;
using static TorchSharp.torch;

namespace AudioCodec.Training.Modules;

/// <summary>Encoder, quantizer and decoder over one set of named tensors.</summary>
public sealed class EncodecNetwork : IDisposable
{
    private readonly SeanetNetwork _encoder;
    private readonly SeanetNetwork _decoder;

    /// <summary>Builds a network with fresh values.</summary>
    /// <param name="config">Architecture.</param>
    /// <param name="quantizer">Training of the codebooks.</param>
    /// <param name="seed">Seed of the values.</param>
    /// <param name="device">Where it lives.</param>
    /// <param name="centered">Whether convolutions act on their input minus a level per channel, see <see cref="PrincipalInitialization"/>.</param>
    /// <param name="type">Type of its tensors; double precision is for checking gradients.</param>
    public EncodecNetwork(EncodecConfig config, QuantizerSettings quantizer, long seed, Device device, bool centered = false, ScalarType type = ScalarType.Float32)
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config;
        Tensors = new ParameterSet(SplitMix.For(seed, 0, 0), device, type) { Centered = centered };
        _encoder = new SeanetNetwork(Tensors, SeanetPlan.Encoder(config), 1);
        Quantizer = new ResidualVectorQuantizer(Tensors, config, quantizer);
        _decoder = new SeanetNetwork(Tensors, SeanetPlan.Decoder(config), FreshGain.ToAudio);
    }

    /// <summary>Architecture.</summary>
    public EncodecConfig Config { get; }

    /// <summary>All tensors by their official names.</summary>
    public ParameterSet Tensors { get; }

    /// <summary>The quantizer.</summary>
    public ResidualVectorQuantizer Quantizer { get; }

    /// <summary>Latents of audio: [B, C, T] to [B, D, F].</summary>
    public Tensor Encode(Tensor audio) => _encoder.Forward(audio);

    /// <summary>Audio of latents: [B, D, F] to [B, C, F * hop].</summary>
    public Tensor Decode(Tensor latent) => _decoder.Forward(latent);

    /// <summary>Segments divided by their level, where the model normalizes.</summary>
    /// <param name="audio">[B, C, T].</param>
    /// <returns>[B, C, T], and the divisors: [B, 1, 1], or <see langword="null"/>.</returns>
    /// <remarks>The level is the root mean square of the mono mix plus 1e-8, as in the managed engine.</remarks>
    public (Tensor Audio, Tensor? Scale) Normalize(Tensor audio)
    {
        ArgumentNullException.ThrowIfNull(audio);
        if (!Config.NormalizeSegments)
        {
            return (audio, null);
        }

        Tensor scale = audio.mean([1L], keepdim: true).square().mean([2L], keepdim: true).sqrt() + 1e-8;
        return (audio / scale, scale);
    }

    /// <summary>Latents of segments at their normal level: [B, C, T] to [B, D, F], and the divisors for <see cref="DecodeSegment"/>.</summary>
    public (Tensor Latent, Tensor? Scale) EncodeSegment(Tensor audio)
    {
        (Tensor normal, Tensor? scale) = Normalize(audio);
        return (Encode(normal), scale);
    }

    /// <summary>Audio of latents at the level that <see cref="EncodeSegment"/> found: [B, D, F] to [B, C, F * hop].</summary>
    public Tensor DecodeSegment(Tensor latent, Tensor? scale) => scale is null ? Decode(latent) : Decode(latent) * scale;

    /// <summary>Frees the tensors.</summary>
    public void Dispose() => Tensors.Dispose();
}
