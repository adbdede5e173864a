using AudioCodec.Numerics;
using AudioCodec.Text;
using AudioCodec.Torch.Layers;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Text;

/// <summary>Feed-forward network of T5, with ReLU or gated by the tanh form of GELU. [..., D] to the same.</summary>
internal sealed class T5FeedForward : nn.Module<Tensor, double, Tensor>
{
    [ComponentName(Name = "wi")]
    private readonly MixedLinear? _wide;

    [ComponentName(Name = "wi_0")]
    private readonly MixedLinear? _gate;

    [ComponentName(Name = "wi_1")]
    private readonly MixedLinear? _gated;

    [ComponentName(Name = "wo")]
    private readonly MixedLinear _narrow;

    /// <summary>Creates the matrices with fresh weights.</summary>
    public T5FeedForward(T5Config config, SplitMix random)
        : base(nameof(T5FeedForward))
    {
        if (config.Gated)
        {
            _gate = T5Linear.Create(config.Dimension, config.FeedForward, random);
            _gated = T5Linear.Create(config.Dimension, config.FeedForward, random);
        }
        else
        {
            _wide = T5Linear.Create(config.Dimension, config.FeedForward, random);
        }

        _narrow = T5Linear.Create(config.FeedForward, config.Dimension, random);
        RegisterComponents();
    }

    /// <summary>Computes the network.</summary>
    /// <param name="x">[..., D].</param>
    /// <param name="dropout">Probability that an inner value is dropped.</param>
    public override Tensor forward(Tensor x, double dropout)
    {
        Tensor inner = _gate is { } gate && _gated is { } gated ? TanhGelu(gate.call(x)) * gated.call(x) : _wide!.call(x).relu(); // either is there
        return _narrow.call(nn.functional.dropout(inner, dropout, training: dropout > 0));
    }

    // Written out: the gated networks were trained with this form, and TorchSharp offers the exact one only.
    private static Tensor TanhGelu(Tensor x) => x * 0.5 * (1 + (Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x.pow(3)))).tanh());
}
