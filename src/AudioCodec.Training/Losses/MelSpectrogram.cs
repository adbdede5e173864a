using AudioCodec.Metrics;
using AudioCodec.Training.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Losses;

/// <summary>Mel spectrogram at one scale: window of 2^i samples, a quarter of it as step.</summary>
internal sealed class MelSpectrogram : IDisposable
{
    private readonly Tensor _window;
    private readonly Tensor _filters;
    private readonly double _energy;
    private readonly int _length;
    private readonly int _hop;
    private readonly bool _normalized;

    public MelSpectrogram(int window, int bands, int sampleRateHz, double lowHz, bool normalized, Device device, int? hop = null, ScalarType type = ScalarType.Float32)
    {
        (_length, _hop, _normalized) = (window, hop ?? window / 4, normalized);
        double[] shape = Spectrum.Hann(window);
        _energy = shape.Sum(w => w * w);
        _window = tensor([.. shape.Select(w => (float)w)], [window], dtype: type, device: device).DetachFromDisposeScope();
        float[] filters = new MelFilterbank(sampleRateHz, window, bands, lowHz, sampleRateHz / 2.0).ToMatrix();
        _filters = tensor(filters, [(window / 2) + 1, bands], dtype: type, device: device).DetachFromDisposeScope();
    }

    /// <summary>Mel bands of the power spectrum, [N, T] to [N, frames, bands], mirrored at the ends so that every sample counts alike.</summary>
    public Tensor Power(Tensor x)
    {
        long padding = (_length - _hop) / 2;
        long padded = x.shape[1] + (2 * padding);
        long rest = (padded - _length) % _hop;
        Tensor wide = nn.functional.pad(x.unsqueeze(1), [padding, padding], PaddingModes.Reflect, 0);
        if (rest != 0)
        {
            wide = nn.functional.pad(wide, [0, _hop - rest], PaddingModes.Constant, 0);
        }

        return matmul(Frames(wide.squeeze(1)), _filters);
    }

    /// <summary>Mel bands of the magnitude spectrum of whole windows, [N, T] to [N, frames, bands].</summary>
    public Tensor Magnitude(Tensor x) => matmul((Frames(x) + 1e-9).sqrt(), _filters);

    public void Dispose()
    {
        _window.Dispose();
        _filters.Dispose();
    }

    /// <summary>Power of whole windows: [N, frames, bins].</summary>
    private Tensor Frames(Tensor x)
    {
        Tensor power = Spectrum.Power(x, _length, _hop, _window);
        if (_normalized)
        {
            power = power / _energy;
        }

        return power.transpose(1, 2);
    }
}
