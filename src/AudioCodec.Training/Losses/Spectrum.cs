using static TorchSharp.torch;

namespace AudioCodec.Training.Losses;

/// <summary>Short-time Fourier analysis as the losses use it.</summary>
internal static class Spectrum
{
    /// <summary>A periodic Hann window, computed in double precision.</summary>
    public static Tensor Hann(int length) => hann_window(length, dtype: ScalarType.Float64).to(ScalarType.Float32);

    /// <summary>Power of whole windows, [N, T] to [N, bins, frames].</summary>
    /// <param name="x">Audio.</param>
    /// <param name="transform">Length of the Fourier transform; a shorter window is padded to it.</param>
    /// <param name="hop">Samples from one window to the next.</param>
    /// <param name="window">The window.</param>
    public static Tensor Power(Tensor x, int transform, int hop, Tensor window)
    {
        Tensor parts = view_as_real(stft(x, transform, hop, window.shape[0], window, center: false, return_complex: true));

        // Written out: libtorch's sum over a last dimension of two costs as much as the transform.
        return parts.select(-1, 0).square() + parts.select(-1, 1).square();
    }
}
