using AudioCodec.Audio;

namespace AudioCodec.Tests.Audio;

public sealed class PeakGuardTests
{
    [Fact]
    public void Apply_WithoutGain_ClipsAtTheReferenceLimitAndCounts()
    {
        var guard = new PeakGuard();
        float[] samples = [0.5f, -2, 1, 0.99f, -0.3f];

        guard.Apply(samples);

        Assert.Equal([0.5f, -0.99f, 0.99f, 0.99f, -0.3f], samples);
        Assert.Equal((2L, 5L, 2f), (guard.ClippedValues, guard.TotalValues, guard.Peak));
    }

    [Theory]
    [InlineData(0f, 1f)]
    [InlineData(0.5f, 1f)]
    [InlineData(0.99f, 1f)]
    [InlineData(1.98f, 0.5f)]
    public void RescaleGain_IsLimitOverPeakButNeverAmplifies(float peak, float expected) =>
        Assert.Equal(expected, PeakGuard.RescaleGain(peak), 6);

    [Fact]
    public void Apply_WithRescaleGain_BringsThePeakToTheLimitAndClipsNothing()
    {
        float[] samples = [0.1f, -1.7f, 1.3f];
        var pass1 = new PeakGuard();
        pass1.Measure(samples);
        var pass2 = new PeakGuard(PeakGuard.RescaleGain(pass1.Peak));

        pass2.Apply(samples);

        Assert.Equal(0, pass2.ClippedValues);
        Assert.Equal(-0.99f, samples[1], 6);
        Assert.Equal(0.1f * 0.99f / 1.7f, samples[0], 6);
    }
}
