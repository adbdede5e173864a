using AudioCodec.Metrics;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Training.Losses;

/// <summary>Mel spectra of windows of one length, a quarter of it apart; power is divided by the window's energy.</summary>
internal sealed class MelSpectrogram : nn.Module
{
    [ComponentName(Name = "window")]
    private readonly Tensor _window;

    [ComponentName(Name = "filters")]
    private readonly Tensor _filters;

    private readonly int _length;

    /// <summary>Prepares window and filters.</summary>
    /// <param name="length">Length of the window, samples.</param>
    /// <param name="bands">Mel bands.</param>
    /// <param name="sampleRateHz">Samples per second.</param>
    /// <param name="lowHz">Lower edge of the lowest band; the highest ends at half the sample rate.</param>
    public MelSpectrogram(int length, int bands, int sampleRateHz, double lowHz)
        : base(nameof(MelSpectrogram))
    {
        _length = length;
        _window = Spectrum.Hann(length);
        _filters = tensor(new MelFilterbank(sampleRateHz, length, bands, lowHz, sampleRateHz / 2.0).ToMatrix(), [(length / 2) + 1, bands]);
        RegisterComponents();
    }

    private int Hop => _length / 4;

    /// <summary>Mel bands of the power spectrum, [N, T] to [N, frames, bands], mirrored at the ends so that every sample counts alike.</summary>
    public Tensor Power(Tensor x)
    {
        long padding = (_length - Hop) / 2;
        long rest = (x.shape[1] + (2 * padding) - _length) % Hop;
        Tensor wide = nn.functional.pad(x.unsqueeze(1), [padding, padding], PaddingModes.Reflect);
        if (rest != 0)
        {
            wide = nn.functional.pad(wide, [0, Hop - rest]);
        }

        return matmul(Frames(wide.squeeze(1)), _filters);
    }

    /// <summary>Mel bands of the magnitude spectrum of whole windows, [N, T] to [N, frames, bands].</summary>
    public Tensor Magnitude(Tensor x) => matmul((Frames(x) + 1e-9).sqrt(), _filters);

    /// <summary>Power of whole windows: [N, frames, bins]. A Hann window has an energy of three eighths of its length.</summary>
    private Tensor Frames(Tensor x) => (Spectrum.Power(x, _length, Hop, _window) / (3.0 * _length / 8)).transpose(1, 2);
}
