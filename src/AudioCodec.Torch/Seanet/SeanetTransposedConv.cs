using AudioCodec.Codecs.Seanet;
using AudioCodec.Numerics;
using AudioCodec.Torch.Layers;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Seanet;

/// <summary>Transposed convolution of SEANet, normalized and then trimmed. [B, C, T] to [B, C', T * stride].</summary>
/// <remarks>
/// With a kernel of two strides, output sample t * stride + j takes tap j of input t and tap stride + j of input t - 1: a convolution
/// of two taps with stride times as many channels, whose channels are then laid side by side in time. libtorch has a fast kernel
/// for that on CPUs and none for transposed convolutions; the sums are the same.
/// </remarks>
internal sealed class SeanetTransposedConv : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "convtr")]
    private readonly NormConv _conv;

    private readonly ConvLayer _layer;

    /// <summary>Creates the convolution with fresh weights.</summary>
    /// <param name="layer">The layer; its kernel is two strides long.</param>
    /// <param name="gain">Growth of the signal's root mean square from before the ELU, where the layer has one, to the output.</param>
    /// <param name="random">Source of the weights.</param>
    /// <param name="centered">Whether it acts on its input minus centers.</param>
    public SeanetTransposedConv(ConvLayer layer, double gain, SplitMix random, bool centered)
        : base(nameof(SeanetTransposedConv))
    {
        _layer = layer;
        _conv = new NormConv(
            "convtr", layer.Norm, [.. layer.WeightShape.Select(d => (long)d)], layer.OutputChannels, (long)layer.InputChannels * layer.Kernel / layer.Stride,
            layer.AfterElu ? gain * FreshGain.AfterElu : gain, random, centered ? layer.InputChannels : 0);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        x = _layer.AfterElu ? nn.functional.elu(x, 1) : x;
        int stride = _layer.Stride;
        (long batch, long steps) = (x.shape[0], x.shape[2]);
        ConvParameters conv = _conv.Convolution;
        Tensor weight = conv.Center is { } center ? ChannelCenter.Transposed(conv.Weight(), center) : conv.Weight();
        (long input, long output) = (weight.shape[0], weight.shape[1]);
        Tensor taps = weight.view(input, output, 2, stride).flip(2).permute(1, 3, 0, 2).reshape(output * stride, input, 2);
        Tensor wide = _conv.Convolve(
            nn.functional.pad(x, [1, 1]), taps, conv.Bias.repeat_interleave(stride), (i, w, b) => nn.functional.conv1d(i, w, b));
        Tensor y = wide.view(batch, output, stride, steps + 1).transpose(2, 3).reshape(batch, output, (steps + 1) * stride);
        return ConvPadding.Trim(_conv.Normalize(y), _layer);
    }
}
