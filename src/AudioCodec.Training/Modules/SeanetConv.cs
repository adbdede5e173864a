using AudioCodec.Codecs.Seanet;
using static TorchSharp.torch;

namespace AudioCodec.Training.Modules;

/// <summary>Padded, normalized convolution of SEANet. [B, C, T] to [B, C', ceil(T / stride)].</summary>
internal sealed class SeanetConv
{
    private readonly ConvLayer _layer;
    private readonly ConvWeights _weights;
    private readonly ChannelCenter? _center;

    public SeanetConv(ParameterSet set, ConvLayer layer, double gain)
    {
        _layer = layer;
        _weights = new ConvWeights(set, layer, gain);
        _center = ChannelCenter.Create(set, layer.ConvName, layer.InputChannels);
    }

    public Tensor Forward(Tensor x)
    {
        Tensor padded = ConvPadding.Pad(_layer.AfterElu ? nn.functional.elu(x, 1.0) : x, _layer);
        Tensor weight = _weights.Weight();
        return _weights.Normalize(_weights.Apply(
            padded, weight, _center?.Bias(weight, _weights.Bias) ?? _weights.Bias,
            (input, w, b) => nn.functional.conv1d(input, w, b, stride: _layer.Stride, dilation: _layer.Dilation)));
    }
}
