using AudioCodec.Entropy;
using AudioCodec.Numerics;
using AudioCodec.Torch.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Entropy;

/// <summary>Self-attention of the entropy model. [B, T, D] to the same.</summary>
internal sealed class EntropyAttention : nn.Module<Tensor, Tensor, Tensor>, IReducedPrecision
{
    [ComponentName(Name = "in_proj_weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "in_proj_bias")]
    private readonly Parameter _bias;

    [ComponentName(Name = "out_proj")]
    private readonly MixedLinear _output;

    private readonly int _width;
    private readonly int _heads;

    /// <summary>Creates the projections with fresh weights.</summary>
    /// <param name="config">Architecture.</param>
    /// <param name="outputGain">Share of the usual size that the output's weights start with.</param>
    /// <param name="random">Source of the weights.</param>
    public EntropyAttention(EntropyModelConfig config, double outputGain, SplitMix random)
        : base(nameof(EntropyAttention))
    {
        (_width, _heads) = (config.Dimension, config.Heads);
        _weight = FreshValues.UniformParameter(random, 1 / Math.Sqrt(_width), 3L * _width, _width);
        _bias = new Parameter(zeros(3L * _width));
        _output = new MixedLinear(_width, _width, random, outputGain);
        RegisterComponents();
    }

    public bool ReducedPrecision { get; set; }

    /// <summary>Attends.</summary>
    /// <param name="x">[B, T, D].</param>
    /// <param name="mask">[T, T + 1], added to the scores; column 0 is the zero input that stands before step 0.</param>
    public override Tensor forward(Tensor x, Tensor mask)
    {
        Tensor projected = MixedLinear.Apply(x, _weight, _bias, ReducedPrecision);

        // The zero input before step 0: its projection is the bias alone.
        Tensor start = _bias.narrow(0, _width, 2L * _width).expand(x.shape[0], 1, 2L * _width);
        Tensor both = cat([start, projected.narrow(2, _width, 2L * _width)], 1);
        Tensor query = Split(projected.narrow(2, 0, _width)) * (1 / Math.Sqrt(_width / _heads));
        Tensor key = Split(both.narrow(2, 0, _width));
        Tensor value = Split(both.narrow(2, _width, _width));
        Tensor weights = query.matmul(key.transpose(2, 3)).add_(mask).softmax(3);
        return _output.call(weights.matmul(value).transpose(1, 2).reshape(x.shape));
    }

    /// <summary>[B, T, D] to [B, H, T, D / H].</summary>
    private Tensor Split(Tensor x) => x.view(x.shape[0], x.shape[1], _heads, _width / _heads).transpose(1, 2).contiguous();
}
