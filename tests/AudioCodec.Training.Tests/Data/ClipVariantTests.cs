using System.Numerics.Tensors;
using AudioCodec.Audio;
using AudioCodec.Numerics;
using AudioCodec.Training.Data;

namespace AudioCodec.Training.Tests.Data;

public sealed class ClipVariantTests
{
    private const int RateHz = 24000;
    private const int Hop = 320;

    [Fact]
    public void Make_SameState_GivesTheSame_AndLeavesTheRecording()
    {
        AudioBuffer tone = Tone(440, 9000);
        float[] before = [.. tone.Samples];
        var variant = new ClipVariant(-6, 3, 0.5, 4);
        Assert.Equal(variant.Make(tone, Hop, new SplitMix(3)).Samples, variant.Make(tone, Hop, new SplitMix(3)).Samples);
        Assert.NotEqual(variant.Make(tone, Hop, new SplitMix(3)).Samples, variant.Make(tone, Hop, new SplitMix(4)).Samples);
        Assert.Equal(before, tone.Samples);
    }

    [Fact]
    public void Make_ShiftAlone_DropsLessThanAFrameAtTheStart()
    {
        AudioBuffer tone = Tone(440, 9000);
        for (ulong seed = 0; seed < 50; seed++)
        {
            float[] made = new ClipVariant(0, 0).Make(tone, Hop, new SplitMix(seed)).Samples;
            Assert.InRange(tone.LengthSamples - made.Length, 0, Hop - 1);
            Assert.Equal(tone.Samples[^made.Length..], made);
        }
    }

    [Fact]
    public void Make_Gain_StaysInItsRange_AndNeverClips()
    {
        AudioBuffer tone = Tone(440, 9000);
        for (ulong seed = 0; seed < 50; seed++)
        {
            double gain = Db(new ClipVariant(-6, 3).Make(tone, Hop, new SplitMix(seed))) - Db(tone);
            Assert.InRange(gain, -6.1, 3.1);
            Assert.InRange(TensorPrimitives.MaxMagnitude<float>(new ClipVariant(20, 30).Make(tone, Hop, new SplitMix(seed)).Samples), -0.9901f, 0.9901f);
        }
    }

    [Fact]
    public void Make_Pitch_MovesAToneWithinItsRange_AndTheLengthWithIt()
    {
        AudioBuffer tone = Tone(1000, RateHz);
        var lengths = new HashSet<int>();
        for (ulong seed = 0; seed < 12; seed++)
        {
            AudioBuffer made = new ClipVariant(0, 0, 1).Make(tone, 1, new SplitMix(seed));
            double semitones = 12 * Math.Log2(CrossingsHz(made) / 1000);
            Assert.InRange(semitones, -1.02, 1.02);
            Assert.Equal(tone.LengthSamples / Math.Pow(2, semitones / 12), made.LengthSamples, 40.0);
            lengths.Add(made.LengthSamples);
        }

        Assert.True(lengths.Count > 6);
    }

    [Theory]
    [InlineData(30, -3)]
    [InlineData(1000, 0)]
    [InlineData(11000, 3)]
    public void Tilt_SixDb_LiftsTrebleAndLowersBassByHalfOfIt(double frequencyHz, double expectedDb)
    {
        AudioBuffer tone = Tone(frequencyHz, RateHz);
        double before = Db(tone);
        SpectralTilt.Apply(tone.Channel(0), 6, RateHz);
        Assert.Equal(expectedDb, Db(tone) - before, 0.1);
    }

    private static AudioBuffer Tone(double frequencyHz, int samples) =>
        new([.. Enumerable.Range(0, samples).Select(t => (float)(0.5 * Math.Sin(2 * Math.PI * frequencyHz * t / RateHz)))], 1, RateHz);

    private static double Db(AudioBuffer audio) => 10 * Math.Log10(TensorPrimitives.SumOfSquares<float>(audio.Samples) / audio.LengthSamples);

    private static double CrossingsHz(AudioBuffer audio)
    {
        int[] up = [.. Enumerable.Range(1, audio.LengthSamples - 1).Where(t => audio.Samples[t - 1] < 0 && audio.Samples[t] >= 0)];
        return (up.Length - 1) * (double)audio.SampleRateHz / (up[^1] - up[0]);
    }
}
