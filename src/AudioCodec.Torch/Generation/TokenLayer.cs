using AudioCodec.Generation.Transformer;
using AudioCodec.Numerics;
using AudioCodec.Torch.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Generation;

/// <summary>One layer: self-attention, cross-attention and feed-forward network, each on a norm of the stream and added to it. [B, S, D] to the same.</summary>
internal sealed class TokenLayer : nn.Module<Tensor, Tensor?, ProjectedText?, double, Tensor>
{
    [ComponentName(Name = "self_attn")]
    private readonly SelfAttention _self;

    [ComponentName(Name = "cross_attention")]
    private readonly CrossAttention _cross;

    [ComponentName(Name = "linear1")]
    private readonly Projection _widen;

    [ComponentName(Name = "linear2")]
    private readonly Projection _narrow;

    [ComponentName(Name = "norm1")]
    private readonly LayerNorm _selfNorm;

    [ComponentName(Name = "norm_cross")]
    private readonly LayerNorm _crossNorm;

    [ComponentName(Name = "norm2")]
    private readonly LayerNorm _feedForwardNorm;

    /// <summary>Creates the layer with fresh weights: the deeper, the smaller what it adds.</summary>
    /// <param name="config">Architecture.</param>
    /// <param name="depth">Number of the layer, from 1.</param>
    /// <param name="random">Source of the weights; <see langword="null"/> where they will be loaded.</param>
    public TokenLayer(TokenModelConfig config, int depth, SplitMix? random)
        : base(nameof(TokenLayer))
    {
        _self = new SelfAttention(config, depth, random);
        _cross = new CrossAttention(config, depth, random);
        _widen = new Projection(config.Dimension, config.FeedForward, random, 1 / Math.Sqrt(2.0 * depth * config.Dimension));
        _narrow = new Projection(config.FeedForward, config.Dimension, random, 1 / Math.Sqrt(2.0 * depth * config.FeedForward));
        _selfNorm = nn.LayerNorm(config.Dimension);
        _crossNorm = nn.LayerNorm(config.Dimension);
        _feedForwardNorm = nn.LayerNorm(config.Dimension);
        RegisterComponents();
    }

    /// <summary>Runs the layer.</summary>
    /// <param name="x">[B, S, D].</param>
    /// <param name="mask">As <see cref="SelfAttention.forward"/>.</param>
    /// <param name="text">Texts; <see langword="null"/> leaves the cross-attention out.</param>
    /// <param name="dropout">Probability that a value that is added is dropped.</param>
    public override Tensor forward(Tensor x, Tensor? mask, ProjectedText? text, double dropout)
    {
        x = Add(x, _self.call(_selfNorm.call(x), mask), dropout);
        if (text is not null)
        {
            x = Add(x, _cross.call(_crossNorm.call(x), text.Values, text.Mask), dropout);
        }

        return Add(x, FeedForward(x), dropout);
    }

    /// <summary>Keys and values of a text, each [B, H, T, D / H].</summary>
    public Tensor[] Source(ProjectedText text) => _cross.Source(text.Values);

    /// <summary>Runs the layer on new steps.</summary>
    /// <param name="x">[B, S, D].</param>
    /// <param name="memory">What it keeps of the steps before, and of the text.</param>
    /// <param name="past">Steps before.</param>
    /// <param name="mask">As <see cref="SelfAttention.Continue"/>.</param>
    public Tensor Continue(Tensor x, LayerMemory memory, int past, Tensor? mask)
    {
        x += _self.Continue(_selfNorm.call(x), memory, past, mask);
        if (memory.Text is { } text)
        {
            x += _cross.Attend(_crossNorm.call(x), text.Keys, text.Values, text.Mask);
        }

        return x + FeedForward(x);
    }

    private Tensor FeedForward(Tensor x) => _narrow.call(nn.functional.gelu(_widen.call(_feedForwardNorm.call(x))));

    private static Tensor Add(Tensor x, Tensor branch, double dropout) =>
        x + (dropout > 0 ? nn.functional.dropout(branch, dropout, training: true) : branch);
}
