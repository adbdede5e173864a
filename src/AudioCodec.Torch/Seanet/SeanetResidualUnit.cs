using AudioCodec.Codecs.Seanet;
using AudioCodec.Numerics;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Seanet;

/// <summary>Residual unit: shortcut plus ELU, dilated convolution, ELU, 1x1 convolution. [B, C, T] to the same.</summary>
internal sealed class SeanetResidualUnit : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "block")]
    private readonly Sequential _block;

    [ComponentName(Name = "shortcut")]
    private readonly SeanetConv? _shortcut;

    /// <summary>Creates the unit with fresh weights.</summary>
    public SeanetResidualUnit(ResidualLayer unit, SplitMix random, bool centered)
        : base(nameof(SeanetResidualUnit))
    {
        // Two paths of equal power are added: each brings half of it. An identity shortcut brings all of it, and the branch a quarter more.
        double gain = unit.Shortcut is null ? 0.5 : Math.Sqrt(0.5);
        _block = nn.Sequential(
            (unit.Reduce.OwnName, new SeanetConv(unit.Reduce, 1, random, centered)),
            (unit.Expand.OwnName, new SeanetConv(unit.Expand, gain, random, centered)));
        _shortcut = unit.Shortcut is null ? null : new SeanetConv(unit.Shortcut, gain, random, centered);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => (_shortcut?.call(x) ?? x) + _block.call(x);
}
