using AudioCodec.Training.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Losses;

/// <summary>One minus the correlation of short-time envelopes in third-octave bands, over time and over bands: what intelligibility hangs on.</summary>
/// <remarks>
/// Source: the intermediate measures of STOI (Taal et al. 2011, equations 3 to 5, without the clipping) and of ESTOI (Jensen and Taal 2016,
/// equations 4 to 8), at the audio's own rate. A waveform loss hears the strong low bands alone and a spectral distance forgives a flat
/// envelope at the right level; this one asks every band to move as the original's does.
/// </remarks>
internal sealed class EnvelopeLoss : IDisposable
{
    /// <summary>Shortest audio that has a segment, seconds.</summary>
    public const double ShortestSeconds = 0.4;

    private const double FrameSeconds = 0.0256;
    private const int SegmentFrames = 30;
    private const int Bands = 15;
    private const double LowestHz = 150;

    /// <summary>Envelopes that move less than this are silence and count as not correlated with anything.</summary>
    private const double Floor = 1e-2;

    private readonly Tensor _window;
    private readonly Tensor _bands;
    private readonly int _length;
    private readonly int _transform;

    public EnvelopeLoss(int sampleRateHz, Device device)
    {
        _length = (int)Math.Round(FrameSeconds * sampleRateHz) / 2 * 2;
        _transform = 1;
        while (_transform < _length)
        {
            _transform *= 2;
        }

        float[] window = [.. Spectrum.Hann(_length + 1).Skip(1).Select(w => (float)w)];
        _window = tensor(window, [_length], dtype: null, device: device).DetachFromDisposeScope();
        int bins = (_transform / 2) + 1;
        int bands = Enumerable.Range(0, Bands).TakeWhile(b => EdgeHz(b + 1) <= sampleRateHz / 2.0).Count();
        var matrix = new float[bins * bands];
        for (int band = 0; band < bands; band++)
        {
            int low = BinOf(EdgeHz(band), sampleRateHz), high = Math.Max(low + 1, BinOf(EdgeHz(band + 1), sampleRateHz));
            for (int bin = low; bin < high; bin++)
            {
                matrix[(bin * bands) + band] = 1;
            }
        }

        _bands = tensor(matrix, [bins, bands], dtype: null, device: device).DetachFromDisposeScope();
    }

    /// <summary>The loss, from 0 to 2, of an output [N, T] against its target [N, T].</summary>
    public Tensor Forward(Tensor output, Tensor target)
    {
        Tensor wanted;
        using (no_grad())
        {
            wanted = Rows(Segments(target));
        }

        Tensor found = Rows(Segments(output));
        Tensor overTime = (wanted * found).sum([-1L]).mean();
        Tensor overBands = (Columns(wanted) * Columns(found)).sum([-2L]).mean();
        return 1 - ((overTime + overBands) / 2);
    }

    public void Dispose()
    {
        _window.Dispose();
        _bands.Dispose();
    }

    private static double EdgeHz(int band) => LowestHz * Math.Pow(2, ((2 * band) - 1) / 6.0);

    private int BinOf(double hz, int sampleRateHz) => (int)Math.Round(hz * _transform / sampleRateHz);

    /// <summary>Envelopes in overlapping segments: [N, segments, bands, frames].</summary>
    private Tensor Segments(Tensor x)
    {
        Tensor power = Spectrum.Power(x, _transform, _length / 2, _window).transpose(1, 2);
        return (matmul(power, _bands) + 1e-9).sqrt().unfold(1, SegmentFrames, 1);
    }

    /// <summary>Every band's envelope without its mean and at unit length.</summary>
    private static Tensor Rows(Tensor segments)
    {
        Tensor centered = segments - segments.mean([-1L], keepdim: true);
        return centered / ((centered * centered).sum([-1L], keepdim: true) + (Floor * Floor)).sqrt();
    }

    /// <summary>Every frame's spectrum without its mean and at unit length.</summary>
    private static Tensor Columns(Tensor rows)
    {
        Tensor centered = rows - rows.mean([-2L], keepdim: true);
        return centered / ((centered * centered).sum([-2L], keepdim: true) + 1e-6).sqrt();
    }
}
