using AudioCodec.Audio;
using AudioCodec.Metrics;

namespace AudioCodec.Tests.Metrics;

public class SpectralDistanceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(383)]
    [InlineData(1000)]
    [InlineData(24001)]
    public void Distances_SameSignal_AreZeroAtAnyLength(int count)
    {
        AudioBuffer audio = Noise(count, 0.3f);
        Assert.Equal(0, new MelDistance(24000).Compute(audio, audio));
        Assert.Equal(0, MultiResolutionStftDistance.Compute(audio, audio));
    }

    [Fact]
    public void Distances_Empty_AreNaN()
    {
        AudioBuffer audio = Noise(0, 1);
        Assert.True(double.IsNaN(new MelDistance(24000).Compute(audio, audio)));
        Assert.True(double.IsNaN(MultiResolutionStftDistance.Compute(audio, audio)));
    }

    [Fact]
    public void Distances_SilenceAgainstSilence_AreZero()
    {
        AudioBuffer audio = Noise(4000, 0);
        Assert.Equal(0, new MelDistance(24000).Compute(audio, audio));
        Assert.Equal(0, MultiResolutionStftDistance.Compute(audio, audio));
    }

    [Fact]
    public void Distances_TenDecibelsQuieter_SayTenDecibels()
    {
        AudioBuffer loud = Noise(48000, 0.5f), quiet = Noise(48000, 0.5f * MathF.Sqrt(0.1f));
        Assert.Equal(1, new MelDistance(24000).Compute(loud, quiet), 2e-3);

        // Half of (1 - sqrt(0.1)) from the spectral convergence and half of ln(10)/2 from the log magnitudes.
        double expected = 0.5 * (1 - Math.Sqrt(0.1) + (Math.Log(10) / 2));
        Assert.Equal(expected, MultiResolutionStftDistance.Compute(loud, quiet), 2e-3);
    }

    [Fact]
    public void Distances_DifferentLengths_Throw()
    {
        AudioBuffer a = Noise(1000, 1), b = Noise(1001, 1);
        Assert.Throws<ArgumentException>(() => new MelDistance(24000).Compute(a, b));
        Assert.Throws<ArgumentException>(() => MultiResolutionStftDistance.Compute(a, b));
    }

    [Fact]
    public void MelDistance_OtherRate_Throws()
    {
        AudioBuffer audio = Noise(1000, 1);
        Assert.Throws<ArgumentException>(() => new MelDistance(48000).Compute(audio, audio));
    }

    private static AudioBuffer Noise(int count, float gain)
    {
        var random = new Random(11);
        return new AudioBuffer([.. Enumerable.Range(0, count).Select(_ => gain * ((random.NextSingle() * 2) - 1))], 1, 24000);
    }
}
