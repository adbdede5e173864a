using AudioCodec.Entropy;
using AudioCodec.Numerics;
using AudioCodec.Torch.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Entropy;

/// <summary>One transformer layer of the entropy model: attention, then feed-forward, each followed by its norm. [B, T, D] to the same.</summary>
internal sealed class EntropyLayer : nn.Module<Tensor, Tensor, double, Tensor>
{
    [ComponentName(Name = "self_attn")]
    private readonly EntropyAttention _attention;

    [ComponentName(Name = "linear1")]
    private readonly MixedLinear _widen;

    [ComponentName(Name = "linear2")]
    private readonly MixedLinear _narrow;

    [ComponentName(Name = "norm1")]
    private readonly LayerNorm _attentionNorm;

    [ComponentName(Name = "norm2")]
    private readonly LayerNorm _feedForwardNorm;

    /// <summary>Creates the layer with fresh weights.</summary>
    public EntropyLayer(EntropyModelConfig config, SplitMix random)
        : base(nameof(EntropyLayer))
    {
        // Branches that start small let the input through to the heads from the first step on, however many layers there are.
        double branch = 1 / Math.Sqrt(2.0 * config.Layers);
        _attention = new EntropyAttention(config, branch, random);
        _widen = new MixedLinear(config.Dimension, config.FeedForward, random);
        _narrow = new MixedLinear(config.FeedForward, config.Dimension, random, branch);
        _attentionNorm = nn.LayerNorm(config.Dimension);
        _feedForwardNorm = nn.LayerNorm(config.Dimension);
        RegisterComponents();
    }

    /// <summary>Runs the layer.</summary>
    /// <param name="x">[B, T, D].</param>
    /// <param name="mask">As <see cref="EntropyAttention.forward"/>.</param>
    /// <param name="dropout">Probability that a channel of a residual branch is dropped.</param>
    public override Tensor forward(Tensor x, Tensor mask, double dropout)
    {
        x = _attentionNorm.call(x + ChannelDropout.Apply(_attention.call(x, mask), dropout));
        Tensor wide = ChannelDropout.Apply(nn.functional.gelu(_widen.call(x)), dropout);
        return _feedForwardNorm.call(x + ChannelDropout.Apply(_narrow.call(wide), dropout));
    }
}
