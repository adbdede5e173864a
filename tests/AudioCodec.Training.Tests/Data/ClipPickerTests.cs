using AudioCodec.Audio;
using AudioCodec.Numerics;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Data;

namespace AudioCodec.Training.Tests.Data;

public class ClipPickerTests
{
    private static readonly AudioClip[] s_clips =
    [
        new("wide", "speech", 10, 12000), new("narrow", "speech", 10, 8000), new("unknown", "speech", 10), new("song", "music", 10, 8000),
    ];

    [Fact]
    public void Pick_BandLimitedWeight_HoldsFromItsStep()
    {
        var picker = new ClipPicker(s_clips, new DataSettings { BandLimitedWeight = new(new Dictionary<int, double> { [0] = 1, [100] = 0.25 }), KindWeights = new() { ["speech"] = 1 } }, 24000);
        Assert.InRange(Share(picker, 99, "narrow"), 0.30, 0.37);
        Assert.InRange(Share(picker, 100, "narrow"), 0.09, 0.13);
        Assert.InRange(Share(picker, -2, "narrow"), 0.30, 0.37);
        Assert.Equal(0, Share(picker, 100, "song"));
    }

    [Fact]
    public void Pick_KindOfBandLimitedFilesAlone_IsDrawnAsItIs()
    {
        var picker = new ClipPicker(s_clips, new DataSettings { BandLimitedWeight = new(0), KindWeights = new() { ["speech"] = 1, ["music"] = 1 } }, 24000);
        Assert.InRange(Share(picker, 0, "song"), 0.46, 0.54);
        Assert.Equal(0, Share(picker, 0, "narrow"));
    }

    [Fact]
    public void Pick_LowerSampleRate_KnowsNoBandLimitedFile()
    {
        var picker = new ClipPicker(s_clips, new DataSettings { BandLimitedWeight = new(0), KindWeights = new() { ["speech"] = 1 } }, 16000);
        Assert.InRange(Share(picker, 0, "narrow"), 0.30, 0.37);
    }

    private static double Share(ClipPicker picker, long step, string path)
    {
        const int Draws = 4000;
        return Enumerable.Range(0, Draws).Count(i => picker.Pick(step, SplitMix.For(1, 5, i)).Path == path) / (double)Draws;
    }
}
