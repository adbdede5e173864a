using AudioCodec.Audio;
using AudioCodec.Metrics;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Metrics;

/// <summary>The reference's losses on two pieces of one second (golden/losses), the pieces as channels.</summary>
public class GoldenLossTests
{
    private static readonly Lazy<(AudioBuffer Real, AudioBuffer Fake)> s_audio = new(() =>
    {
        using GoldenFile golden = GoldenFile.Open("losses");
        return (new AudioBuffer(golden.Floats("real"), 2, 24000), new AudioBuffer(golden.Floats("fake"), 2, 24000));
    });

    [Fact]
    public void MelDistance_GoldenAudio_EqualsTheReference() =>
        AssertRelative(Golden("loss.mel"), new MelDistance(24000).Compute(s_audio.Value.Real, s_audio.Value.Fake), 1e-4);

    [Fact]
    public void MultiResolutionStftDistance_GoldenAudio_EqualsTheReference() =>
        AssertRelative(Golden("loss.mrstft"), MultiResolutionStftDistance.Compute(s_audio.Value.Real, s_audio.Value.Fake), 1e-4);

    [Fact]
    public void SiSdr_SegmentsOfGoldenAudio_EqualTheReference()
    {
        // The reference's loss is the negative mean over segments of 0.5 s every 0.25 s, the last one completed with zeros.
        (AudioBuffer real, AudioBuffer fake) = s_audio.Value;
        double mean = (from c in Enumerable.Range(0, 2)
                       from s in Enumerable.Range(0, 4)
                       select SiSdr.ComputeDb(Segment(real, c, s), Segment(fake, c, s))).Average();
        AssertRelative(-Golden("loss.sisnr"), mean, 1e-3);
    }

    private static float[] Segment(AudioBuffer audio, int channel, int index)
    {
        var segment = new float[12000];
        Span<float> rest = audio.Channel(channel)[(index * 6000)..];
        rest[..Math.Min(rest.Length, segment.Length)].CopyTo(segment);
        return segment;
    }

    private static double Golden(string name)
    {
        using GoldenFile golden = GoldenFile.Open("losses");
        return golden.Floats(name)[0];
    }

    private static void AssertRelative(double expected, double actual, double tolerance) =>
        Assert.InRange(actual, expected - (Math.Abs(expected) * tolerance), expected + (Math.Abs(expected) * tolerance));
}
