using AudioCodec.Codecs;

using static TorchSharp.torch;

namespace AudioCodec.Training.Losses;

/// <summary>Distance of mel spectra over windows of 2^first to 2^last samples.</summary>
/// <remarks>
/// <c>paper</c>: per scale, mean absolute difference of mel power plus mean squared difference of its log10, averaged over all terms
/// (EnCodec, arXiv 2210.13438, section 3.4, with the scale weights at 1 as the published recipe has them). <c>log</c>: mean absolute difference of the log10 of mel
/// magnitudes with an added floor, averaged over scales. An added floor leaves a gradient where the output is still silent.
/// </remarks>
internal sealed class MultiScaleMelLoss : IDisposable
{
    private readonly MelSpectrogram[] _scales;
    private readonly bool _paper;
    private readonly double _floor;

    public MultiScaleMelLoss(int first, int last, int bands, int sampleRateHz, double lowHz, bool paper, double floor, Device device, ScalarType type = ScalarType.Float32)
    {
        (_paper, _floor) = (paper, floor);

        // Short windows have fewer bins than bands; the log form would only repeat the floor in bands without a bin.
        int BandsAt(int power) => paper ? bands : Math.Min(bands, 1 << (power - 2));
        _scales = [.. Enumerable.Range(first, last - first + 1).Select(i => new MelSpectrogram(1 << i, BandsAt(i), sampleRateHz, lowHz, true, device, null, type))];
    }

    /// <summary>Number of scales.</summary>
    public int Scales => _scales.Length;

    /// <summary>Spectra of a target at all scales, to be compared with more than one output. [N, T].</summary>
    public Tensor[] Analyze(Tensor x) => [.. _scales.Select((_, scale) => Analyze(x, scale))];

    /// <summary>Spectrum of a target at one scale. [N, T].</summary>
    public Tensor Analyze(Tensor x, int scale) => _paper ? _scales[scale].Power(x) : Log(_scales[scale].Magnitude(x));

    /// <summary>The loss of an output, [N, T], against a target over some of the scales.</summary>
    public Tensor Forward(Tensor output, Tensor target, IEnumerable<int> scales) => Mean(output, scales.Select(scale =>
    {
        using var silent = no_grad();
        return (scale, Analyze(target, scale));
    }));

    /// <summary>The loss of an output, [N, T], against a target's spectra.</summary>
    public Tensor Forward(Tensor output, IReadOnlyList<Tensor> target) => Mean(output, target.Select((spectrum, scale) => (scale, spectrum)));

    public void Dispose()
    {
        foreach (MelSpectrogram scale in _scales)
        {
            scale.Dispose();
        }
    }

    private Tensor Mean(Tensor output, IEnumerable<(int Scale, Tensor Spectrum)> targets)
    {
        Tensor[] losses = [.. targets.Select(t => At(t.Scale, output, t.Spectrum))];
        return losses.Aggregate((sum, loss) => sum + loss) / (_paper ? 2 * losses.Length : losses.Length);
    }

    private Tensor At(int scale, Tensor output, Tensor target) =>
        _paper ? Paper(_scales[scale].Power(output), target) : (Log(_scales[scale].Magnitude(output)) - target).abs().mean();

    private Tensor Paper(Tensor output, Tensor target) =>
        (output - target).abs().mean() + (Log(output) - Log(target)).square().mean();

    private Tensor Log(Tensor mel) => (mel + _floor).log10();
}
