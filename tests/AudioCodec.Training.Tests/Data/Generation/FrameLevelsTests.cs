using AudioCodec.Audio;
using AudioCodec.Numerics;
using AudioCodec.Training.Data.Generation;

namespace AudioCodec.Training.Tests.Data.Generation;

public sealed class FrameLevelsTests
{
    [Fact]
    public void Of_SquareWaveThenSilence_GivesDecibels()
    {
        float[] samples = [.. Enumerable.Range(0, 25).Select(t => t < 20 ? (t % 2 == 0 ? 0.1f : -0.1f) : 0)];
        float[] levels = FrameLevels.Of(new AudioBuffer(samples, 1, 8000), 10, 4);
        Assert.Equal([-20, -20, -120, -120], levels.Select(l => Math.Round(l, 1)));
    }

    [Fact]
    public void Of_NotANumber_CountsAsSilence() => Assert.Equal([-120f], FrameLevels.Of(new AudioBuffer([float.NaN, 0], 1, 8000), 2, 1));

    [Fact]
    public void PickStart_ShortEvent_IsInEveryCrop()
    {
        float[] levels = [.. Enumerable.Range(0, 100).Select(f => f is >= 40 and < 46 ? -20f : -75f)];
        int[] sounding = FrameLevels.CountSounding(levels, 40);
        Assert.Equal(6, sounding[^1]);
        var random = new SplitMix(1);
        int[] starts = [.. Enumerable.Range(0, 500).Select(_ => FrameLevels.PickStart(sounding, 20, 0.5, random))];
        Assert.All(starts, start => Assert.True(Math.Min(start + 20, 46) - Math.Max(start, 40) >= 3));
        Assert.Equal((23, 43), (starts.Min(), starts.Max()));
        Assert.Equal(26, FrameLevels.PickStart(sounding, 20, 1, null));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    public void PickStart_EvenSoundOrSilence_TakesEveryPlace(double share)
    {
        foreach (float level in new[] { -30f, -120f })
        {
            int[] sounding = FrameLevels.CountSounding([.. Enumerable.Repeat(level, 30)], 40);
            var random = new SplitMix(1);
            Assert.Equal(Enumerable.Range(0, 21), Enumerable.Range(0, 500).Select(_ => FrameLevels.PickStart(sounding, 10, share, random)).Distinct().Order());
        }
    }

    [Fact]
    public void PickStart_ShorterThanTheCrop_StartsAtItsStart() =>
        Assert.Equal(0, FrameLevels.PickStart(FrameLevels.CountSounding([-20, -30], 40), 10, 0.5, new SplitMix(1)));
}
