using System.Text.Json;
using AudioCodec.Audio;
using AudioCodec.Metrics;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Metrics;

/// <summary>Expected numbers: tests/Fixtures/metrics/stoi.json, made by stoi.py beside it (numpy, same signals).</summary>
public class StoiTests
{
    private const int Count = 30000;
    private const double RateHz = 10000;
    private static readonly double[] s_voice = Voice();
    private static readonly float[] s_masker = FormulaWeights.Tensor("masker", Count, 1, 0);

    public static TheoryData<string> Cases =>
        ["same", "noise_0.02", "noise_0.1", "noise_0.5", "smoothed", "modulated_noise", "late_5ms", "only_noise"];

    [Theory]
    [MemberData(nameof(Cases))]
    public void ComputeAt10Khz_SyntheticSignals_EqualsIndependentImplementation(string name)
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(Fixtures.Path("metrics/stoi.json")));
        JsonElement scores = expected.RootElement.GetProperty(name);
        StoiScores actual = Stoi.ComputeAt10Khz(ToFloat(s_voice), ToFloat(Estimate(name)));
        Assert.Equal(scores.GetProperty("stoi").GetDouble(), actual.Stoi, 1e-5);
        Assert.Equal(scores.GetProperty("estoi").GetDouble(), actual.Estoi, 1e-5);
    }

    [Fact]
    public void ComputeAt10Khz_EstimateTwiceAsLoud_ScoresTheSame()
    {
        float[] voice = ToFloat(s_voice), noisy = ToFloat(Estimate("noise_0.1"));
        StoiScores once = Stoi.ComputeAt10Khz(voice, noisy);
        StoiScores twice = Stoi.ComputeAt10Khz(voice, [.. noisy.Select(v => 2 * v)]);
        Assert.Equal(once.Stoi, twice.Stoi, 1e-9);
        Assert.Equal(once.Estoi, twice.Estoi, 1e-9);
    }

    [Fact]
    public void Compute_ResampledSignals_ScoreAsAt10Khz()
    {
        float[] voice = ToFloat(s_voice), noisy = ToFloat(Estimate("noise_0.1"));
        StoiScores expected = Stoi.ComputeAt10Khz(voice, noisy);
        StoiScores actual = Stoi.Compute(At24Khz(voice), At24Khz(noisy));

        // The top band ends at 4.3 kHz, inside what both resampling steps pass unchanged.
        Assert.Equal(expected.Stoi, actual.Stoi, 2e-3);
        Assert.Equal(expected.Estoi, actual.Estoi, 2e-3);
    }

    [Fact]
    public void ComputeAt10Khz_SilentReference_IsNaN()
    {
        StoiScores scores = Stoi.ComputeAt10Khz(new float[Count], s_masker);
        Assert.True(double.IsNaN(scores.Stoi) && double.IsNaN(scores.Estoi));
    }

    [Fact]
    public void ComputeAt10Khz_SilentEstimate_IsZero()
    {
        StoiScores scores = Stoi.ComputeAt10Khz(ToFloat(s_voice), new float[Count]);
        Assert.Equal(0, scores.Stoi);
        Assert.Equal(0, scores.Estoi);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(3000)]
    public void ComputeAt10Khz_TooShort_IsNaN(int count)
    {
        StoiScores scores = Stoi.ComputeAt10Khz(s_masker.AsSpan(0, count), s_masker.AsSpan(0, count));
        Assert.True(double.IsNaN(scores.Stoi) && double.IsNaN(scores.Estoi));
    }

    [Fact]
    public void ComputeAt10Khz_LengthsDiffer_Throws() =>
        Assert.Throws<ArgumentException>(() => Stoi.ComputeAt10Khz(new float[10], new float[11]));

    private static AudioBuffer At24Khz(float[] signal)
    {
        var resampler = new Resampler(10000, 24000, 1);
        var resampled = new float[resampler.MaxOutput(signal.Length) + resampler.MaxFlushOutput];
        int written = resampler.Process(signal, resampled);
        written += resampler.Flush(resampled.AsSpan(written));
        return new AudioBuffer(resampled[..written], 1, 24000);
    }

    private static double[] Estimate(string name) => name switch
    {
        "same" => s_voice,
        "noise_0.02" => Mix(i => 0.02),
        "noise_0.1" => Mix(i => 0.1),
        "noise_0.5" => Mix(i => 0.5),
        "smoothed" => [.. Enumerable.Range(0, Count).Select(i => Enumerable.Range(0, 12).Where(k => k <= i).Sum(k => s_voice[i - k]) / 12)],
        "modulated_noise" => Mix(i => 0.2 * (0.5 + (0.5 * Math.Sin(2 * Math.PI * 6 * i / RateHz)))),
        "late_5ms" => [.. new double[50], .. s_voice[..^50]],
        "only_noise" => [.. s_masker.Select(v => (double)v)],
        _ => throw new ArgumentException(name),
    };

    private static double[] Mix(Func<int, double> gain) => [.. s_voice.Select((v, i) => v + (gain(i) * s_masker[i]))];

    private static float[] ToFloat(double[] values) => [.. values.Select(v => (float)v)];

    private static double[] Voice()
    {
        float[] breath = FormulaWeights.Tensor("breath", Count, 1, 0);
        var x = new double[Count];
        for (int i = 0; i < Count; i++)
        {
            double t = i / RateHz;
            double phase = 2 * Math.PI * ((130 * t) + (20 / (2 * Math.PI * 0.7) * Math.Sin(2 * Math.PI * 0.7 * t)));
            double pitch = 130 + (20 * Math.Cos(2 * Math.PI * 0.7 * t));
            double sum = 0;
            for (int h = 1; h < 30; h++)
            {
                double low = ((h * pitch) - 600 - (250 * Math.Sin(2 * Math.PI * 1.3 * t))) / 150;
                double high = ((h * pitch) - 1900 - (500 * Math.Sin((2 * Math.PI * 0.9 * t) + 1))) / 250;
                sum += ((1 / (1 + (low * low))) + (0.5 / (1 + (high * high)))) * Math.Sin(h * phase);
            }

            double rhythm = 0.55 - (0.45 * Math.Cos(2 * Math.PI * 4 * t));
            x[i] = (0.1 * sum * rhythm * rhythm) + (0.0005 * breath[i]);
            x[i] *= t >= 1.2 && t < 1.6 ? 1e-4 : 1;
        }

        return x;
    }
}
