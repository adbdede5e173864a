using AudioCodec.Numerics;
using AudioCodec.Training.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Tests.Losses;

public sealed class TextureLossTests
{
    private const int Rate = 24000;
    private const int Length = 2 * Rate;

    /// <summary>Other noise of the same level sounds the same; a comb or clicks of the same power in the same bands do not.</summary>
    [Fact]
    public void Forward_NoiseAgainstNoise_IsFarLessThanAgainstLinesOrClicks()
    {
        TestTorch.Require();
        using var scope = NewDisposeScope();
        using var loss = new TextureLoss(Rate);
        Tensor noise = Noise(1, 0.05);

        double same = loss.call(Noise(2, 0.05), noise).ToDouble();
        Assert.Equal(0, loss.call(noise, noise).ToDouble(), 1e-6);
        Assert.InRange(same, 0, 0.25);
        Assert.True(loss.call(Pulses(32, 0.05), noise).ToDouble() > 4 * same, "lines at multiples of 750 Hz");
        Assert.True(loss.call(Pulses(6000, 0.05), noise).ToDouble() > 4 * same, "four clicks a second");
    }

    /// <summary>A gain is a shift of the log levels and leaves flatness as it is: a tenth of the power is a distance of 1.</summary>
    [Fact]
    public void Forward_SameNoiseAtATenthOfThePower_IsOne()
    {
        TestTorch.Require();
        using var scope = NewDisposeScope();
        using var loss = new TextureLoss(Rate);
        Tensor noise = Noise(1, 0.2);

        Assert.Equal(1, loss.call(noise * Math.Sqrt(0.1), noise).ToDouble(), 1e-3);
    }

    [Fact]
    public void Forward_Silence_HasFiniteGradients()
    {
        TestTorch.Require();
        using var scope = NewDisposeScope();
        using var loss = new TextureLoss(Rate);
        Tensor output = zeros(1, Length).requires_grad_(true);
        Tensor gradient = autograd.grad([loss.call(output, Noise(1, 0.05))], [output])[0];

        Assert.All(TestTorch.Values(gradient), g => Assert.True(float.IsFinite(g)));
    }

    private static Tensor Noise(ulong seed, double deviation)
    {
        var random = new SplitMix(seed);
        return TestTorch.From([.. Enumerable.Range(0, Length).Select(_ => (float)(random.NextDouble(-1, 1) * Math.Sqrt(3) * deviation))], 1, Length);
    }

    /// <summary>One sample in every <paramref name="period"/>, at the power of noise of that deviation.</summary>
    private static Tensor Pulses(int period, double deviation) =>
        TestTorch.From([.. Enumerable.Range(0, Length).Select(t => t % period == 0 ? (float)(deviation * Math.Sqrt(period)) : 0)], 1, Length);
}
