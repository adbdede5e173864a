using AudioCodec.Training.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Losses;

/// <summary>Distance of the level and of the flatness of small patches of the spectrogram: what noise sounds like, whatever its samples are.</summary>
/// <remarks>
/// Noise cannot be predicted bin by bin, and a loss that compares bins makes a decoder put lines and gaps in its place, at too low a level.
/// Here patches of the power spectrum are compared by two statistics: the log of their mean power (level), and the mean of the log less the
/// log of the mean (flatness: 0 for a level spectrum, -0.25 for Gaussian noise in log10, less for lines and clicks). Two resolutions are
/// needed: lines are seen by a long window, clicks by a short one. Flatness: Gray and Markel 1974, here over time and frequency.
/// </remarks>
internal sealed class TextureLoss : IDisposable
{
    /// <summary>Shortest audio that holds a patch of every resolution, seconds.</summary>
    public const double ShortestSeconds = 0.25;

    /// <summary>Power that is added to every bin, of windows that leave the power of noise as it is: -80 dB.</summary>
    private const double Floor = 1e-8;

    private readonly Resolution[] _resolutions;

    public TextureLoss(int sampleRateHz, Device device, ScalarType type = ScalarType.Float32) => _resolutions =
    [
        new Resolution(PowerOfTwo(0.085 * sampleRateHz), 4, 16, device, type),
        new Resolution(PowerOfTwo(0.021 * sampleRateHz), 8, 8, device, type),
    ];

    /// <summary>The loss of an output [N, T] against its target [N, T].</summary>
    public Tensor Forward(Tensor output, Tensor target) =>
        _resolutions.Select(r => r.Forward(output, target)).Aggregate((sum, loss) => sum + loss) / _resolutions.Length;

    public void Dispose()
    {
        foreach (Resolution resolution in _resolutions)
        {
            resolution.Dispose();
        }
    }

    private static int PowerOfTwo(double samples) => 1 << (int)Math.Round(Math.Log2(samples));

    /// <summary>Patches of so many frames and bins at one window length.</summary>
    private sealed class Resolution : IDisposable
    {
        private readonly Tensor _window;
        private readonly int _length;
        private readonly int _frames;
        private readonly int _bins;

        public Resolution(int length, int frames, int bins, Device device, ScalarType type)
        {
            (_length, _frames, _bins) = (length, frames, bins);

            // A Hann window of unit energy: the expected power of a bin is the variance of the noise.
            double scale = Math.Sqrt(8.0 / 3 / length);
            _window = tensor([.. Spectrum.Hann(length).Select(w => (float)(scale * w))], [length], dtype: type, device: device).DetachFromDisposeScope();
        }

        public Tensor Forward(Tensor output, Tensor target)
        {
            Tensor level, flatness;
            using (no_grad())
            {
                (level, flatness) = Patches(target);
            }

            (Tensor foundLevel, Tensor foundFlatness) = Patches(output);
            return (foundLevel - level).abs().mean() + (foundFlatness - flatness).abs().mean();
        }

        public void Dispose() => _window.Dispose();

        /// <summary>Level and flatness in log10: [N, patches over frequency, patches over time] each.</summary>
        private (Tensor Level, Tensor Flatness) Patches(Tensor x)
        {
            Tensor power = Spectrum.Power(x, _length, _length / 4, _window) + Floor;
            (long across, long along) = ((power.shape[1] - 1) / _bins, power.shape[2] / _frames);
            Tensor patches = power.narrow(1, 1, across * _bins).narrow(2, 0, along * _frames).reshape(x.shape[0], across, _bins, along, _frames);
            Tensor level = patches.mean([2L, 4L]).log10();
            return (level, patches.log10().mean([2L, 4L]) - level);
        }
    }
}
