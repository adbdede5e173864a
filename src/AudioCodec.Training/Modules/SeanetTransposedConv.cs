using AudioCodec.Codecs;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Modules;

/// <summary>Transposed convolution of SEANet, normalized and then trimmed. [B, C, T] to [B, C', T * stride].</summary>
internal sealed class SeanetTransposedConv
{
    private readonly ConvWeights _weights;
    private readonly ChannelCenter? _center;
    private readonly EncodecConfig _config;
    private readonly int _kernel;
    private readonly int _stride;

    public SeanetTransposedConv(ParameterSet set, string prefix, EncodecConfig config, ConvShape shape, double gain)
    {
        (_config, _kernel, _stride) = (config, shape.Kernel, shape.Stride);
        _weights = new ConvWeights(
            set, prefix + ".convtr.convtr", prefix + ".convtr.norm", config.Norm, [shape.Input, shape.Output, shape.Kernel], shape.Output,
            (long)shape.Input * shape.Kernel / shape.Stride, gain);
        _center = ChannelCenter.Create(set, prefix + ".convtr.convtr", shape.Input);
    }

    /// <remarks>
    /// With a kernel of two strides, output sample t * stride + j takes tap j of input t and tap stride + j of input t - 1: a convolution
    /// of two taps with stride times as many channels, whose channels are then laid side by side in time. libtorch has a fast kernel
    /// for that on CPUs and none for transposed convolutions; the sums are the same.
    /// </remarks>
    public Tensor Forward(Tensor x)
    {
        if (_kernel != 2 * _stride)
        {
            Tensor direct = _weights.Apply(
                x, Weight(), _weights.Bias, (i, w, b) => nn.functional.conv_transpose1d(i, w, b, stride: _stride));
            return ConvPadding.Trim(_weights.Normalize(direct), _kernel, _stride, _config.Causal);
        }

        (long batch, long steps) = (x.shape[0], x.shape[2]);
        Tensor weight = Weight();
        (long input, long output) = (weight.shape[0], weight.shape[1]);
        Tensor taps = weight.view(input, output, 2, _stride).flip(2).permute(1, 3, 0, 2).reshape(output * _stride, input, 2);
        Tensor wide = _weights.Apply(
            nn.functional.pad(x, [1, 1], PaddingModes.Constant, 0), taps, _weights.Bias.repeat_interleave(_stride), (i, w, b) => nn.functional.conv1d(i, w, b));
        Tensor y = wide.view(batch, output, _stride, steps + 1).transpose(2, 3).reshape(batch, output, (steps + 1) * _stride);
        return ConvPadding.Trim(_weights.Normalize(y), _kernel, _stride, _config.Causal);
    }

    private Tensor Weight()
    {
        Tensor weight = _weights.Weight();
        return _center?.Transposed(weight) ?? weight;
    }
}
