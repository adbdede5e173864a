using AudioCodec.Audio;
using AudioCodec.Metrics;
using AudioCodec.Numerics;
using AudioCodec.Training.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Tests.Losses;

public sealed class EnvelopeLossTests
{
    private const int Rate = 24000;
    private const int Length = 2 * Rate;

    [Fact]
    public void Forward_SameSignalAtAnotherLevel_IsZero()
    {
        TestTorch.Require();
        using var scope = NewDisposeScope();
        using var loss = new EnvelopeLoss(Rate);
        float[] signal = Babble(1, 0);

        Assert.Equal(0, loss.call(From([.. signal.Select(x => x * 0.3f)]), From(signal)).ToDouble(), 1e-3);
        Assert.InRange(loss.call(From(Babble(2, 0)), From(signal)).ToDouble(), 0.7, 1.2);
    }

    /// <summary>More noise is a higher loss here and a lower score there.</summary>
    [Fact]
    public void Forward_GrowingNoise_FollowsStoiAndEstoi()
    {
        TestTorch.Require();
        using var scope = NewDisposeScope();
        using var loss = new EnvelopeLoss(Rate);
        float[] clean = Babble(1, 0);
        double lastLoss = 0, lastStoi = 1.0001, lastEstoi = 1.0001;
        foreach (double noise in new[] { 0.01, 0.03, 0.1, 0.3 })
        {
            float[] noisy = Babble(1, noise);
            double value = loss.call(From(noisy), From(clean)).ToDouble();
            StoiScores scores = Stoi.Compute(new AudioBuffer(clean, 1, Rate), new AudioBuffer(noisy, 1, Rate));
            Assert.True(value > lastLoss, $"{value} after {lastLoss}");
            Assert.True(scores.Stoi < lastStoi && scores.Estoi < lastEstoi);
            (lastLoss, lastStoi, lastEstoi) = (value, scores.Stoi, scores.Estoi);
        }
    }

    [Fact]
    public void Forward_Silence_HasFiniteGradients()
    {
        TestTorch.Require();
        using var scope = NewDisposeScope();
        using var loss = new EnvelopeLoss(Rate);
        Tensor output = From(Babble(1, 0)).requires_grad_(true);
        Tensor value = loss.call(output, zeros(1, Length));
        Tensor gradient = autograd.grad([value], [output])[0];

        Assert.Equal(1, value.ToDouble(), 1e-4);
        Assert.All(TestTorch.Values(gradient), g => Assert.True(float.IsFinite(g)));
    }

    private static Tensor From(float[] samples) => TestTorch.From(samples, 1, Length);

    /// <summary>Tones and noise that come and go a few times a second, with white noise of a given size over them.</summary>
    private static float[] Babble(ulong seed, double noise)
    {
        var random = new SplitMix(seed);
        var cover = new SplitMix(99);
        double[] phases = [.. Enumerable.Range(0, 12).Select(_ => random.NextDouble(0, 2 * Math.PI))];
        double[] rates = [.. Enumerable.Range(0, 12).Select(_ => random.NextDouble(2, 6))];
        return [.. Enumerable.Range(0, Length).Select(t =>
        {
            double sum = 0;
            for (int band = 0; band < phases.Length; band++)
            {
                double gate = Math.Max(0, Math.Sin((2 * Math.PI * rates[band] * t / Rate) + phases[band]));
                sum += gate * Math.Sin(2 * Math.PI * 170 * Math.Pow(1.32, band) * t / Rate) / 20;
            }

            return (float)(sum + (noise * cover.NextDouble(-1, 1)));
        })];
    }
}
