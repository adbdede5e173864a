using System.Numerics;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Training.Losses;

/// <summary>One minus the correlation of short-time envelopes in third-octave bands, over time and over bands: what intelligibility depends on.</summary>
/// <remarks>
/// Source: the intermediate measures of STOI (Taal et al. 2011, equations 3 to 5, without the clipping) and of ESTOI (Jensen and Taal 2016,
/// equations 4 to 8), at the audio's own rate. A waveform loss sees little but the strong low bands, and a spectral distance forgives a flat
/// envelope at the right level; this loss compares how the level of every band moves.
/// </remarks>
internal sealed class EnvelopeLoss : nn.Module<Tensor, Tensor, Tensor>
{
    private const double FrameSeconds = 0.0256;
    private const int SegmentFrames = 30;
    private const int Bands = 15;
    private const double LowestHz = 150;

    /// <summary>Envelopes that move less than this are silence and count as not correlated with anything.</summary>
    private const double Floor = 1e-2;

    [ComponentName(Name = "window")]
    private readonly Tensor _window;

    [ComponentName(Name = "bands")]
    private readonly Tensor _bands;

    private readonly int _length;
    private readonly int _transform;

    public EnvelopeLoss(int sampleRateHz)
        : base(nameof(EnvelopeLoss))
    {
        _length = (int)Math.Round(FrameSeconds * sampleRateHz) / 2 * 2;
        _transform = (int)BitOperations.RoundUpToPowerOf2((uint)_length);

        // Symmetric, without the zeros at its ends.
        _window = Spectrum.Hann(_length + 1).narrow(0, 1, _length).clone();
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

        _bands = tensor(matrix, [bins, bands]);
        RegisterComponents();
    }

    /// <summary>The loss, from 0 to 2, of an output [N, T] against its target [N, T].</summary>
    public override Tensor forward(Tensor output, Tensor target)
    {
        Tensor expected;
        using (no_grad())
        {
            expected = Rows(Segments(target));
        }

        Tensor actual = Rows(Segments(output));
        Tensor overTime = (expected * actual).sum([-1L]).mean();
        Tensor overBands = (Columns(expected) * Columns(actual)).sum([-2L]).mean();
        return 1 - ((overTime + overBands) / 2);
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
