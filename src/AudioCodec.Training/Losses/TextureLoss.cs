using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Training.Losses;

/// <summary>Distance of level and flatness of small patches of the spectrogram, on which the sound of noise depends, whatever its samples are.</summary>
/// <remarks>
/// Noise cannot be predicted bin by bin, and a loss that compares bins makes a decoder replace it by lines and gaps, at too low a level.
/// Here patches of the power spectrum are compared by two statistics: the log of their mean power (level), and the mean of the log less the
/// log of the mean (flatness: 0 for a level spectrum, -0.25 for Gaussian noise in log10, less for lines and clicks). Two resolutions are
/// needed: lines are seen by a long window, clicks by a short one. Flatness: Gray and Markel 1974, here over time and frequency.
/// </remarks>
internal sealed class TextureLoss : nn.Module<Tensor, Tensor, Tensor>
{
    /// <summary>Power added to every bin: -80 dB of a full-scale signal, as the windows leave the power of noise unchanged.</summary>
    private const double Floor = 1e-8;

    [ComponentName(Name = "long")]
    private readonly Resolution _long;

    [ComponentName(Name = "short")]
    private readonly Resolution _short;

    public TextureLoss(int sampleRateHz)
        : base(nameof(TextureLoss))
    {
        _long = new Resolution(PowerOfTwo(0.085 * sampleRateHz), 4, 16);
        _short = new Resolution(PowerOfTwo(0.021 * sampleRateHz), 8, 8);
        RegisterComponents();
    }

    /// <summary>The loss of an output [N, T] against its target [N, T].</summary>
    public override Tensor forward(Tensor output, Tensor target) => (_long.call(output, target) + _short.call(output, target)) / 2;

    private static int PowerOfTwo(double samples) => 1 << (int)Math.Round(Math.Log2(samples));

    /// <summary>Patches of so many frames and bins at one window length.</summary>
    private sealed class Resolution : nn.Module<Tensor, Tensor, Tensor>
    {
        [ComponentName(Name = "window")]
        private readonly Tensor _window;

        private readonly int _length;
        private readonly int _frames;
        private readonly int _bins;

        public Resolution(int length, int frames, int bins)
            : base(nameof(Resolution))
        {
            (_length, _frames, _bins) = (length, frames, bins);

            // A Hann window of unit energy: the expected power of a bin is the variance of the noise.
            _window = Spectrum.Hann(length) * Math.Sqrt(8.0 / 3 / length);
            RegisterComponents();
        }

        public override Tensor forward(Tensor output, Tensor target)
        {
            Tensor level, flatness;
            using (no_grad())
            {
                (level, flatness) = Patches(target);
            }

            (Tensor outputLevel, Tensor outputFlatness) = Patches(output);
            return (outputLevel - level).abs().mean() + (outputFlatness - flatness).abs().mean();
        }

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
