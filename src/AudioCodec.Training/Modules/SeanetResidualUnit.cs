using AudioCodec.Codecs.Seanet;
using static TorchSharp.torch;

namespace AudioCodec.Training.Modules;

/// <summary>Residual unit: shortcut plus ELU, dilated convolution, ELU, 1x1 convolution. [B, C, T] to the same.</summary>
internal sealed class SeanetResidualUnit
{
    private readonly SeanetConv _reduce;
    private readonly SeanetConv _expand;
    private readonly SeanetConv? _shortcut;

    public SeanetResidualUnit(ParameterSet set, ResidualLayer unit)
    {
        // Two paths of equal power are added: each brings half of it (an identity shortcut brings all, and the branch a quarter more).
        double share = unit.Shortcut is null ? 0.5 : Math.Sqrt(0.5);
        _reduce = new SeanetConv(set, unit.Reduce, 1);
        _expand = new SeanetConv(set, unit.Expand, share);
        _shortcut = unit.Shortcut is null ? null : new SeanetConv(set, unit.Shortcut, share);
    }

    public Tensor Forward(Tensor x) => (_shortcut?.Forward(x) ?? x) + _expand.Forward(_reduce.Forward(x));
}
