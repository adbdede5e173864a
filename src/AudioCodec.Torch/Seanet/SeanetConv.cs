using AudioCodec.Codecs.Seanet;
using AudioCodec.Numerics;
using AudioCodec.Torch.Layers;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Seanet;

/// <summary>Padded, normalized convolution of SEANet. [B, C, T] to [B, C', ceil(T / stride)].</summary>
internal sealed class SeanetConv : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv")]
    private readonly NormConv _conv;

    private readonly ConvLayer _layer;

    /// <summary>Creates the convolution with fresh weights.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="gain">Growth of the signal's root mean square from before the ELU, where the layer has one, to the output.</param>
    /// <param name="random">Source of the weights.</param>
    /// <param name="centered">Whether it acts on its input minus centers.</param>
    public SeanetConv(ConvLayer layer, double gain, SplitMix random, bool centered)
        : base(nameof(SeanetConv))
    {
        _layer = layer;
        _conv = new NormConv(
            "conv", layer.Norm, [.. layer.WeightShape.Select(d => (long)d)], layer.OutputChannels, (long)layer.InputChannels * layer.Kernel,
            layer.AfterElu ? gain * FreshGain.AfterElu : gain, random, centered ? layer.InputChannels : 0);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        Tensor padded = ConvPadding.Pad(_layer.AfterElu ? nn.functional.elu(x, 1) : x, _layer);
        ConvParameters conv = _conv.Convolution;
        Tensor weight = conv.Weight();
        Tensor bias = conv.Center is { } center ? ChannelCenter.Bias(weight, conv.Bias, center) : conv.Bias;
        return _conv.Normalize(_conv.Convolve(
            padded, weight, bias, (i, w, b) => nn.functional.conv1d(i, w, b, stride: _layer.Stride, dilation: _layer.Dilation)));
    }
}
