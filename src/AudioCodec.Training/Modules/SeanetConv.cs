using AudioCodec.Codecs;
using static TorchSharp.torch;

namespace AudioCodec.Training.Modules;

/// <summary>Padded, normalized convolution of SEANet. [B, C, T] to [B, C', ceil(T / stride)].</summary>
internal sealed class SeanetConv
{
    private readonly ConvWeights _weights;
    private readonly ChannelCenter? _center;
    private readonly EncodecConfig _config;
    private readonly int _kernel;
    private readonly int _stride;
    private readonly int _dilation;

    public SeanetConv(ParameterSet set, string prefix, EncodecConfig config, ConvShape shape, double gain)
    {
        (_config, _kernel, _stride, _dilation) = (config, shape.Kernel, shape.Stride, shape.Dilation);
        _weights = new ConvWeights(
            set, prefix + ".conv.conv", prefix + ".conv.norm", config.Norm, [shape.Output, shape.Input, shape.Kernel], shape.Output,
            (long)shape.Input * shape.Kernel, gain);
        _center = ChannelCenter.Create(set, prefix + ".conv.conv", shape.Input);
    }

    public Tensor Forward(Tensor x)
    {
        Tensor padded = ConvPadding.Pad(x, ((_kernel - 1) * _dilation) + 1, _stride, _config.Causal, _config.Padding);
        Tensor weight = _weights.Weight();
        return _weights.Normalize(_weights.Apply(
            padded, weight, _center?.Bias(weight, _weights.Bias) ?? _weights.Bias, (input, w, b) => nn.functional.conv1d(input, w, b, stride: _stride, dilation: _dilation)));
    }
}
