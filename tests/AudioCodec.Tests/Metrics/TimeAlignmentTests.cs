using AudioCodec.Audio;
using AudioCodec.Metrics;

namespace AudioCodec.Tests.Metrics;

public class TimeAlignmentTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(312)]
    [InlineData(-312)]
    [InlineData(2000)]
    [InlineData(-2000)]
    public void Align_DelayedNoisyCopy_IsPutBackInPlace(int lag)
    {
        float[] signal = Noise(20000, 5), other = Noise(20000, 6);
        var reference = new AudioBuffer(signal[5000..15000], 1, 24000);
        var estimate = new AudioBuffer([.. signal[(5000 - lag)..(15000 - lag)].Zip(other, (s, n) => 0.5f * s + 0.1f * n)], 1, 24000);

        AudioBuffer aligned = TimeAlignment.Align(reference, estimate, 2000, out int found);

        Assert.Equal(lag, found);
        Assert.Equal(reference.LengthSamples, aligned.LengthSamples);
        int from = Math.Max(0, -lag), count = 10000 - Math.Abs(lag);
        Assert.True(SiSdr.ComputeDb(reference.Channel(0).Slice(from, count), aligned.Channel(0).Slice(from, count)) > 12);
    }

    [Fact]
    public void Align_ShorterAndLongerEstimates_GetTheLengthOfTheReference()
    {
        float[] signal = Noise(6000, 7);
        var reference = new AudioBuffer(signal[..5000], 1, 24000);
        Assert.Equal(signal[..4000].Concat(new float[1000]), TimeAlignment.Align(reference, new AudioBuffer(signal[..4000], 1, 24000), 500, out _).Samples);
        Assert.Equal(signal[..5000], TimeAlignment.Align(reference, new AudioBuffer(signal, 1, 24000), 500, out _).Samples);
    }

    [Fact]
    public void Align_Stereo_MovesBothChannelsAlike()
    {
        float[] left = Noise(3000, 8), right = Noise(3000, 9);
        var reference = new AudioBuffer([.. left, .. right], 2, 48000);
        var late = new AudioBuffer([.. new float[7], .. left[..^7], .. new float[7], .. right[..^7]], 2, 48000);
        AudioBuffer aligned = TimeAlignment.Align(reference, late, 100, out int lag);
        Assert.Equal(7, lag);
        Assert.Equal(left[..^7], aligned.Channel(0)[..^7].ToArray());
        Assert.Equal(right[..^7], aligned.Channel(1)[..^7].ToArray());
    }

    [Fact]
    public void FindLag_SilenceOrNothing_IsZero()
    {
        Assert.Equal(0, TimeAlignment.FindLag(new float[100], Noise(100, 1), 50));
        Assert.Equal(0, TimeAlignment.FindLag([], Noise(100, 1), 50));
        Assert.Equal(0, TimeAlignment.FindLag(Noise(100, 1), [], 50));
    }

    private static float[] Noise(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }
}
