using AudioCodec.Numerics;
using AudioCodec.Text;
using AudioCodec.Torch.Layers;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Text;

/// <summary>The layers of T5 and their last norm. [B, T, D] to the same.</summary>
internal sealed class T5Stack : nn.Module<Tensor, Tensor, double, Tensor>
{
    // A score that leaves nothing of a weight; not minus infinity, which would make a text without tokens NaN.
    private const float Hidden = -1e30f;

    [ComponentName(Name = "block")]
    private readonly ModuleGroup _named;

    [ComponentName(Name = "final_layer_norm")]
    private readonly T5Norm _norm;

    private readonly T5AttentionBranch[] _attentions;
    private readonly T5Branch[] _branches;

    /// <summary>Creates the layers with fresh weights.</summary>
    public T5Stack(T5Config config, SplitMix random)
        : base(nameof(T5Stack))
    {
        _attentions = [.. Enumerable.Range(0, config.Layers).Select(i => new T5AttentionBranch(config, hasPositionBias: i == 0, random))];
        T5Branch[][] layers = [.. _attentions.Select(attention => new T5Branch[] { attention, new T5FeedForwardBranch(config, random) })];
        _branches = [.. layers.SelectMany(layer => layer)];
        _named = ModuleGroup.Numbered(layers.Select(layer => new ModuleGroup(("layer", ModuleGroup.Numbered(layer)))));
        _norm = new T5Norm(config.Dimension, config.NormEpsilon);
        RegisterComponents();
    }

    /// <summary>Runs all layers.</summary>
    /// <param name="x">[B, T, D].</param>
    /// <param name="mask">[B, T] truth values: whether there is a token.</param>
    /// <param name="dropout">Probability of dropout.</param>
    public override Tensor forward(Tensor x, Tensor mask, double dropout)
    {
        Tensor bias = _attentions[0].PositionBias((int)x.shape[1], x.device).masked_fill(mask.logical_not().unsqueeze(1).unsqueeze(1), Hidden);
        x = _branches.Aggregate(Drop(x, dropout), (y, branch) => y + Drop(branch.call(y, bias, dropout), dropout));
        return Drop(_norm.call(x), dropout);
    }

    private static Tensor Drop(Tensor x, double dropout) => nn.functional.dropout(x, dropout, training: dropout > 0);
}
