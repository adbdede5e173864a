using AudioCodec.Audio;
using AudioCodec.Metrics;

namespace AudioCodec.Tests.Metrics;

public class SiSdrTests
{
    private static readonly float[] s_sine = [.. Enumerable.Range(0, 4800).Select(i => MathF.Sin(2 * MathF.PI * i / 48))];
    private static readonly float[] s_cosine = [.. Enumerable.Range(0, 4800).Select(i => MathF.Cos(2 * MathF.PI * i / 48))];

    [Theory]
    [InlineData(1.0, 0.0)]
    [InlineData(0.1, 20.0)]
    [InlineData(0.01, 40.0)]
    public void ComputeDb_OrthogonalDistortion_IsTheEnergyRatio(double gain, double expectedDb)
    {
        float[] estimate = [.. s_sine.Zip(s_cosine, (s, c) => s + ((float)gain * c))];
        Assert.Equal(expectedDb, SiSdr.ComputeDb(s_sine, estimate), 1e-3);
    }

    [Fact]
    public void ComputeDb_GainAndOffsetOfTheEstimate_DoNotMatter()
    {
        float[] estimate = [.. s_sine.Zip(s_cosine, (s, c) => s + (0.1f * c))];
        float[] moved = [.. estimate.Select(v => 0.25f + (3 * v))];
        Assert.Equal(SiSdr.ComputeDb(s_sine, estimate), SiSdr.ComputeDb(s_sine, moved), 1e-4);
    }

    [Fact]
    public void ComputeDb_InvertedCopy_IsAsGoodAsTheCopy() =>
        Assert.True(SiSdr.ComputeDb(s_sine, [.. s_sine.Select(v => -0.5f * v)]) > 100);

    [Fact]
    public void ComputeDb_SilentReference_IsNaN()
    {
        Assert.True(double.IsNaN(SiSdr.ComputeDb(new float[4800], s_sine)));
        Assert.True(double.IsNaN(SiSdr.ComputeDb([], [])));
    }

    [Fact]
    public void ComputeDb_SilentEstimate_IsNegativeInfinity() =>
        Assert.Equal(double.NegativeInfinity, SiSdr.ComputeDb(s_sine, new float[4800]));

    [Fact]
    public void ComputeDb_Buffers_LeaveSilentChannelsOut()
    {
        float[] noisy = [.. s_sine.Zip(s_cosine, (s, c) => s + (0.1f * c))];
        var reference = new AudioBuffer([.. s_sine, .. new float[4800]], 2, 48000);
        var estimate = new AudioBuffer([.. noisy, .. s_cosine], 2, 48000);
        Assert.Equal(20, SiSdr.ComputeDb(reference, estimate), 1e-3);
    }

    [Fact]
    public void ComputeDb_LengthsDiffer_Throws() =>
        Assert.Throws<ArgumentException>(() => SiSdr.ComputeDb(new float[3], new float[4]));
}
