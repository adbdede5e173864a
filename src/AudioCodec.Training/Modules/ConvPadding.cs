using AudioCodec.Codecs;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Modules;

/// <summary>Padding of the SEANet convolutions.</summary>
/// <remarks>Source: the reference's <c>modules/conv.py</c>: causal layers pad on the left only, and the right side is filled up so that the last frame is complete.</remarks>
internal static class ConvPadding
{
    /// <summary>Pads [B, C, T] for a convolution with this stride and (dilated) kernel.</summary>
    public static Tensor Pad(Tensor x, long effectiveKernel, long stride, bool causal, PaddingMode mode)
    {
        long total = effectiveKernel - stride;
        long length = x.shape[2];
        long frames = Math.Max(0, CeilDiv(length - effectiveKernel + total, stride)) + 1;
        long extra = ((frames - 1) * stride) + effectiveKernel - total - length;
        long right = causal ? 0 : total / 2;
        return Pad(x, total - right, right + extra, mode);
    }

    /// <summary>Cuts what a transposed convolution gives beyond the input's length times the stride. [B, C, T].</summary>
    public static Tensor Trim(Tensor x, long kernel, long stride, bool causal)
    {
        long total = kernel - stride;
        long right = causal ? total : total / 2;
        long left = total - right;
        return total == 0 ? x : x.narrow(2, left, x.shape[2] - total);
    }

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

    private static long CeilDiv(long a, long b) => a >= 0 ? (a + b - 1) / b : -(-a / b);
}
