using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Seanet;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Seanet;

/// <summary>Padding of the SEANet convolutions.</summary>
/// <remarks>Source: the reference's <c>modules/conv.py</c>: causal layers pad on the left only, and the right side is filled up so that the last frame is complete.</remarks>
internal static class ConvPadding
{
    /// <summary>Pads [B, C, T] for a convolution.</summary>
    public static Tensor Pad(Tensor x, ConvLayer layer)
    {
        // As many output frames as strides have begun.
        long stride = layer.Stride;
        long extra = (stride - (x.shape[2] % stride)) % stride;
        return Pad(x, layer.PadLeft, layer.PadRight + extra, layer.Padding);
    }

    /// <summary>Cuts what a transposed convolution gives beyond the input's length times the stride. [B, C, T].</summary>
    public static Tensor Trim(Tensor x, ConvLayer layer) => x.narrow(2, layer.TrimLeft, x.shape[2] - layer.TrimLeft - layer.TrimRight);

    private static Tensor Pad(Tensor x, long left, long right, PaddingMode mode)
    {
        if (left == 0 && right == 0)
        {
            return x;
        }

        if (mode == PaddingMode.Constant)
        {
            return nn.functional.pad(x, [left, right], PaddingModes.Constant, 0);
        }

        // Mirroring needs more samples than it adds: shorter signals are first lengthened with zeros, which are cut again.
        long missing = Math.Max(0, Math.Max(left, right) - x.shape[2] + 1);
        if (missing > 0)
        {
            x = nn.functional.pad(x, [0, missing], PaddingModes.Constant, 0);
        }

        Tensor padded = nn.functional.pad(x, [left, right], PaddingModes.Reflect, 0);
        return missing > 0 ? padded.narrow(2, 0, padded.shape[2] - missing) : padded;
    }
}
