using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Seanet;
using AudioCodec.Numerics;
using AudioCodec.Torch.Layers;
using AudioCodec.Torch.Quantization;
using AudioCodec.Torch.Seanet;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch;

/// <summary>Encoder, quantizer and decoder of a codec. Names of parameters and buffers are the official ones.</summary>
public sealed class EncodecNetwork : nn.Module
{
    [ComponentName(Name = "encoder")]
    private readonly SeanetNetwork _encoder;

    [ComponentName(Name = "quantizer")]
    private readonly ResidualVectorQuantizer _quantizer;

    [ComponentName(Name = "decoder")]
    private readonly SeanetNetwork _decoder;

    /// <summary>Creates a network with fresh weights on the CPU; <c>to</c> moves it.</summary>
    /// <param name="config">Architecture.</param>
    /// <param name="random">Source of the weights.</param>
    /// <param name="update">How the codebooks are trained; without it by the defaults.</param>
    /// <param name="centered">Whether convolutions act on their input minus a level of each channel, as a start from principal components needs it.</param>
    public EncodecNetwork(EncodecConfig config, SplitMix random, CodebookUpdate? update = null, bool centered = false)
        : base(nameof(EncodecNetwork))
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config;
        _encoder = new SeanetNetwork(SeanetPlan.Encoder(config), 1, random, centered);
        _quantizer = new ResidualVectorQuantizer(config, update ?? new CodebookUpdate(), random);
        _decoder = new SeanetNetwork(SeanetPlan.Decoder(config), FreshGain.ToAudio, random, centered);
        RegisterComponents();
    }

    /// <summary>Architecture.</summary>
    public EncodecConfig Config { get; }

    /// <summary>The quantizer.</summary>
    public ResidualVectorQuantizer Quantizer => _quantizer;

    /// <summary>The encoder alone.</summary>
    internal SeanetNetwork Encoder => _encoder;

    /// <summary>The decoder alone.</summary>
    internal SeanetNetwork Decoder => _decoder;

    /// <summary>Where its tensors are.</summary>
    public Device Device => parameters().First().device;

    /// <summary>Latents of audio: [B, C, T] to [B, D, F].</summary>
    public Tensor Encode(Tensor audio) => _encoder.call(audio);

    /// <summary>Audio of latents: [B, D, F] to [B, C, F * hop].</summary>
    public Tensor Decode(Tensor latent) => _decoder.call(latent);

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

    /// <summary>As <see cref="DecodeSegment"/>, after the model's lead-in: what the managed engine gives. Training does without.</summary>
    internal Tensor DecodeAfterLeadIn(Tensor latent, Tensor? scale)
    {
        if (Config.LeadInFrames == 0)
        {
            return DecodeSegment(latent, scale);
        }

        Tensor silence = Encode(zeros(1, Config.Channels, EncodecConfig.SilenceFrames * Config.HopSamples, device: latent.device));
        Tensor leadIn = silence.narrow(2, EncodecConfig.SilenceFrames - 1, 1).expand(latent.shape[0], -1, Config.LeadInFrames);
        int dropped = Config.LeadInFrames * Config.HopSamples;
        Tensor output = DecodeSegment(cat([leadIn, latent], 2), scale);
        return output.narrow(2, dropped, output.shape[2] - dropped);
    }
}
