using AudioCodec.Generation.Transformer;
using AudioCodec.Numerics;
using AudioCodec.Torch.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Generation;

/// <summary>Attention of the stream to the text. [B, S, D] to the same.</summary>
internal sealed class CrossAttention : nn.Module<Tensor, Tensor, Tensor, Tensor>, IReducedPrecision
{
    [ComponentName(Name = "in_proj_weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "out_proj")]
    private readonly Projection _output;

    private readonly Attention _attention;
    private readonly int _width;

    /// <summary>Creates the projections with fresh weights.</summary>
    /// <param name="config">Architecture.</param>
    /// <param name="depth">Number of the layer, from 1.</param>
    /// <param name="random">Source of the weights; <see langword="null"/> where they will be loaded.</param>
    public CrossAttention(TokenModelConfig config, int depth, SplitMix? random)
        : base(nameof(CrossAttention))
    {
        (_attention, _width) = (new Attention(config), config.Dimension);
        _weight = FreshValues.UniformParameter(random, 1 / Math.Sqrt(_width), 3L * _width, _width);
        _output = new Projection(_width, _width, random, 1 / Math.Sqrt(2.0 * depth * _width));
        RegisterComponents();
    }

    public bool ReducedPrecision { get; set; }

    /// <summary>Attends.</summary>
    /// <param name="x">[B, S, D].</param>
    /// <param name="text">[B, T, D], zero where there is no text: keys and values are then zero too, and nothing is added.</param>
    /// <param name="mask">[B, 1, 1, T], added to the scores; finite in one place at least of each row.</param>
    public override Tensor forward(Tensor x, Tensor text, Tensor mask)
    {
        Tensor[] source = Source(text);
        return Attend(x, source[0], source[1], mask);
    }

    /// <summary>Keys and values of a text, each [B, H, T, D / H].</summary>
    public Tensor[] Source(Tensor text) => _attention.Split(Projection.Apply(text, _weight.narrow(0, _width, 2L * _width), ReducedPrecision), 2);

    /// <summary>Attends to keys and values that <see cref="Source"/> gave.</summary>
    public Tensor Attend(Tensor x, Tensor keys, Tensor values, Tensor mask)
    {
        Tensor query = _attention.Split(Projection.Apply(x, _weight.narrow(0, 0, _width), ReducedPrecision), 1)[0];
        return _output.call(_attention.Attend(query, keys, values, mask));
    }
}
