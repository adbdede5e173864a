using AudioCodec.Codecs;

namespace AudioCodec.Tests.Codecs;

/// <summary>A live stream of which frames are missing.</summary>
public sealed class ConcealingDecoderTests
{
    private static readonly EncodecModel s_model = GoldenModels.Get("encodec_tiny_causal");
    private static readonly int s_hop = s_model.Config.HopSamples;

    [Fact]
    public void AllFrames_Come_SamplesAreTheDecoders()
    {
        Streams.CodeRecord codes = Streams.Encode(s_model, 4, Streams.Signal(2, 3000), [0..3000]);
        float[] expected = Streams.Decode(s_model, 4, codes, int.MaxValue, frames => [0..frames]);
        float[] heard = Conceal(codes, _ => false);
        Assert.InRange(heard.Length, 2000, expected.Length);
        Assert.Equal(expected[..heard.Length], heard);
    }

    [Fact]
    public void LostFrames_SoundOnThenFadeAndRiseAgain_AndDoNotShift()
    {
        Streams.CodeRecord codes = Streams.Encode(s_model, 4, Streams.Signal(2, 8000), [0..8000]);
        float[] whole = Conceal(codes, _ => false);
        int gap = (int)Math.Ceiling(0.2 * s_model.Config.SampleRateHz / s_hop);
        float[] heard = Conceal(codes, frame => frame >= 20 && frame < 20 + gap);
        Assert.Equal(whole.Length, heard.Length);
        Assert.Equal(whole[..(20 * s_hop)], heard[..(20 * s_hop)]);
        Assert.NotEqual(0, heard[(20 * s_hop)..(21 * s_hop)].Max());
        Assert.All(heard[((20 + gap - 1) * s_hop)..((20 + gap) * s_hop)], sample => Assert.Equal(0, sample));
        Assert.NotEqual(0, heard[^s_hop..].Max());
    }

    [Fact]
    public void LostFromTheStart_IsSilentUntilTheFirstFrame()
    {
        Streams.CodeRecord codes = Streams.Encode(s_model, 4, Streams.Signal(2, 3000), [0..3000]);
        float[] heard = Conceal(codes, frame => frame < 5);
        Assert.All(heard[..(5 * s_hop)], sample => Assert.Equal(0, sample));
        Assert.NotEqual(0, heard[(8 * s_hop)..].Max());
    }

    private static float[] Conceal(Streams.CodeRecord codes, Func<int, bool> isLost)
    {
        using var decoder = new ConcealingDecoder(s_model.OpenDecoder(4), s_model.Config);
        var record = new Streams.SampleRecord();
        for (int frame = 0; frame * 4 < codes.Segments[0].Codes.Count; frame++)
        {
            if (isLost(frame))
            {
                decoder.WriteLost(record);
            }
            else
            {
                decoder.Write([.. codes.Segments[0].Codes.Skip(frame * 4).Take(4)], record);
            }
        }

        return [.. record.Samples];
    }
}
