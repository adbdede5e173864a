using AudioCodec.Codecs.Seanet;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Modules;

/// <summary>Transposed convolution of SEANet, normalized and then trimmed. [B, C, T] to [B, C', T * stride].</summary>
internal sealed class SeanetTransposedConv
{
    private readonly ConvLayer _layer;
    private readonly ConvWeights _weights;
    private readonly ChannelCenter? _center;

    public SeanetTransposedConv(ParameterSet set, ConvLayer layer, double gain)
    {
        _layer = layer;
        _weights = new ConvWeights(set, layer, gain);
        _center = ChannelCenter.Create(set, layer.ConvName, layer.InputChannels);
    }

    /// <remarks>
    /// With a kernel of two strides, output sample t * stride + j takes tap j of input t and tap stride + j of input t - 1: a convolution
    /// of two taps with stride times as many channels, whose channels are then laid side by side in time. libtorch has a fast kernel
    /// for that on CPUs and none for transposed convolutions; the sums are the same.
    /// </remarks>
    public Tensor Forward(Tensor x)
    {
        x = _layer.AfterElu ? nn.functional.elu(x, 1.0) : x;
        int stride = _layer.Stride;
        (long batch, long steps) = (x.shape[0], x.shape[2]);
        Tensor weight = Weight();
        (long input, long output) = (weight.shape[0], weight.shape[1]);
        Tensor taps = weight.view(input, output, 2, stride).flip(2).permute(1, 3, 0, 2).reshape(output * stride, input, 2);
        Tensor wide = _weights.Apply(
            nn.functional.pad(x, [1, 1], PaddingModes.Constant, 0), taps, _weights.Bias.repeat_interleave(stride), (i, w, b) => nn.functional.conv1d(i, w, b));
        Tensor y = wide.view(batch, output, stride, steps + 1).transpose(2, 3).reshape(batch, output, (steps + 1) * stride);
        return ConvPadding.Trim(_weights.Normalize(y), _layer);
    }

    private Tensor Weight()
    {
        Tensor weight = _weights.Weight();
        return _center?.Transposed(weight) ?? weight;
    }
}
