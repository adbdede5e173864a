using static TorchSharp.torch;

namespace AudioCodec.Training.Losses;

/// <summary>Distance of mel spectra over windows of 2^first to 2^last samples.</summary>
/// <remarks>
/// <c>paper</c>: per scale, mean absolute difference of mel power plus mean squared difference of its log10, averaged over all terms
/// (EnCodec, arXiv 2210.13438, section 3.4, with the scale weights at 1 as the published recipe has them). <c>log</c>: mean absolute
/// difference of the log10 of mel magnitudes with an added floor, averaged over scales. An added floor leaves a gradient where the output
/// is still silent.
/// </remarks>
internal sealed class MultiScaleMelLoss : nn.Module
{
    private readonly MelSpectrogram[] _scales;
    private readonly bool _paper;
    private readonly double _floor;

    /// <summary>Prepares all scales.</summary>
    /// <param name="first">Exponent of the shortest window.</param>
    /// <param name="last">Exponent of the longest window.</param>
    /// <param name="bands">Mel bands.</param>
    /// <param name="sampleRateHz">Samples per second.</param>
    /// <param name="lowHz">Lower edge of the lowest band.</param>
    /// <param name="paper">Whether the form is <c>paper</c>, else <c>log</c>.</param>
    /// <param name="floor">Added to the spectra before the logarithm.</param>
    public MultiScaleMelLoss(int first, int last, int bands, int sampleRateHz, double lowHz, bool paper, double floor)
        : base(nameof(MultiScaleMelLoss))
    {
        (_paper, _floor) = (paper, floor);

        // Short windows have fewer bins than bands; the log form would only repeat the floor in bands without a bin.
        int BandsAt(int power) => paper ? bands : Math.Min(bands, 1 << (power - 2));
        _scales = [.. Enumerable.Range(first, last - first + 1).Select(i => new MelSpectrogram(1 << i, BandsAt(i), sampleRateHz, lowHz))];
        for (int scale = 0; scale < _scales.Length; scale++)
        {
            register_module($"{scale}", _scales[scale]);
        }
    }

    /// <summary>Number of scales.</summary>
    public int Scales => _scales.Length;

    /// <summary>The loss of an output, [N, T], against a target over some of the scales; over all where none are given.</summary>
    public Tensor Forward(Tensor output, Tensor target, IReadOnlyCollection<int>? scales = null)
    {
        MelSpectrogram[] chosen = scales is null ? _scales : [.. scales.Select(scale => _scales[scale])];
        Tensor sum = chosen.Select(scale => Distance(Analyze(output, scale), Target(scale))).Aggregate((sum, loss) => sum + loss);
        return sum / (_paper ? 2 * chosen.Length : chosen.Length);

        Tensor Target(MelSpectrogram scale)
        {
            using IDisposable frozen = no_grad();
            return Analyze(target, scale);
        }
    }

    private Tensor Analyze(Tensor x, MelSpectrogram scale) => _paper ? scale.Power(x) : Log(scale.Magnitude(x));

    private Tensor Distance(Tensor output, Tensor target)
    {
        Tensor absolute = (output - target).abs().mean();
        return _paper ? absolute + (Log(output) - Log(target)).square().mean() : absolute;
    }

    private Tensor Log(Tensor mel) => (mel + _floor).log10();
}
