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
        Tensor complex = stft(x, transform, hop, window.shape[0], window, center: false, return_complex: true);
        return view_as_real(complex).square().sum([-1L]);
    }
}
