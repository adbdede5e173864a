using AudioCodec.Generation.Transformer;
using AudioCodec.Numerics;
using AudioCodec.Torch.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Generation;

/// <summary>Causal self-attention. [B, S, D] to the same.</summary>
internal sealed class SelfAttention : nn.Module<Tensor, Tensor?, Tensor>, IReducedPrecision
{
    [ComponentName(Name = "in_proj_weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "out_proj")]
    private readonly Projection _output;

    private readonly Attention _attention;

    /// <summary>Creates the projections with fresh weights.</summary>
    /// <param name="config">Architecture.</param>
    /// <param name="depth">Number of the layer, from 1.</param>
    /// <param name="random">Source of the weights; <see langword="null"/> where they will be loaded.</param>
    public SelfAttention(TokenModelConfig config, int depth, SplitMix? random)
        : base(nameof(SelfAttention))
    {
        _attention = new Attention(config);
        _weight = FreshValues.UniformParameter(random, 1 / Math.Sqrt(config.Dimension), 3L * config.Dimension, config.Dimension);
        _output = new Projection(config.Dimension, config.Dimension, random, 1 / Math.Sqrt(2.0 * depth * config.Dimension));
        RegisterComponents();
    }

    public bool ReducedPrecision { get; set; }

    /// <summary>Attends.</summary>
    /// <param name="x">[B, S, D].</param>
    /// <param name="mask">[S, S], added to the scores, or <see langword="null"/>.</param>
    public override Tensor forward(Tensor x, Tensor? mask)
    {
        Tensor[] parts = _attention.Split(Projection.Apply(x, _weight, ReducedPrecision), 3);
        return _output.call(_attention.Attend(parts[0], parts[1], parts[2], mask));
    }

    /// <summary>Attends from new steps to those before and to themselves.</summary>
    /// <param name="x">[B, S, D].</param>
    /// <param name="memory">Keys and values of the steps before; those of the new ones are added.</param>
    /// <param name="past">Steps before.</param>
    /// <param name="mask">[S, past + S], added to the scores, or <see langword="null"/>.</param>
    public Tensor Continue(Tensor x, LayerMemory memory, int past, Tensor? mask)
    {
        Tensor[] parts = _attention.Split(Projection.Apply(x, _weight, ReducedPrecision), 3);
        (Tensor keys, Tensor values) = memory.Append(past, parts[1], parts[2]);
        return _output.call(_attention.Attend(parts[0], keys, values, mask));
    }
}
