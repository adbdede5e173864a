using AudioCodec.Codec;
using AudioCodec.Training.Configuration;
using static TorchSharp.torch;

namespace AudioCodec.Training.Modules;

/// <summary>Encoder, quantizer and decoder over one set of named tensors.</summary>
public sealed class EncodecNetwork : IDisposable
{
    private readonly SeanetEncoder _encoder;
    private readonly SeanetDecoder _decoder;

    /// <summary>Builds a network with fresh values.</summary>
    /// <param name="config">Architecture.</param>
    /// <param name="quantizer">Training of the codebooks.</param>
    /// <param name="seed">Seed of the values.</param>
    /// <param name="device">Where it lives.</param>
    /// <param name="centered">Whether convolutions act on their input minus a level per channel, see <see cref="PrincipalInitialization"/>.</param>
    public EncodecNetwork(EncodecConfig config, QuantizerSettings quantizer, long seed, Device device, bool centered = false)
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config;
        Tensors = new ParameterSet(SplitMix.For(seed, 0, 0), device) { Centered = centered };
        _encoder = new SeanetEncoder(Tensors, config);
        Quantizer = new ResidualVectorQuantizer(Tensors, config, quantizer);
        _decoder = new SeanetDecoder(Tensors, config);
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

    /// <summary>Frees the tensors.</summary>
    public void Dispose() => Tensors.Dispose();
}
