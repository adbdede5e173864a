using AudioCodec.Codecs;
using static TorchSharp.torch;

namespace AudioCodec.Training.Modules;

/// <summary>Residual unit: shortcut plus ELU, dilated convolution, ELU, 1x1 convolution. [B, C, T] to the same.</summary>
internal sealed class SeanetResidualUnit
{
    private readonly SeanetConv _first;
    private readonly SeanetConv _second;
    private readonly SeanetConv? _shortcut;

    public SeanetResidualUnit(ParameterSet set, string prefix, EncodecConfig config, int channels, int dilation)
    {
        int hidden = channels / config.Compress;

        // Two paths of equal power are added: each brings half of it (an identity shortcut brings all, and the branch a quarter more).
        double share = config.TrueSkip ? 0.5 : Math.Sqrt(0.5);
        _first = new SeanetConv(set, prefix + ".block.1", config, new ConvShape(channels, hidden, config.ResidualKernelSize, 1, dilation), FreshGain.AfterElu);
        _second = new SeanetConv(set, prefix + ".block.3", config, new ConvShape(hidden, channels, 1), FreshGain.AfterElu * share);
        _shortcut = config.TrueSkip ? null : new SeanetConv(set, prefix + ".shortcut", config, new ConvShape(channels, channels, 1), share);
    }

    public Tensor Forward(Tensor x)
    {
        Tensor branch = _second.Forward(Elu.Forward(_first.Forward(Elu.Forward(x))));
        return (_shortcut?.Forward(x) ?? x) + branch;
    }
}
