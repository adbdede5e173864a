using AudioCodec.Codecs;
using AudioCodec.Generation.Takes;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Generation.Takes;

/// <summary>Codes of takes to audio, against AudioCraft's.</summary>
public sealed class TakeDecoderTests
{
    private static readonly EncodecModel s_codec = EncodecModel.LoadFile(Fixtures.Path("golden/generate_tiny.compression_state_dict.bin"));

    [Theory]
    [InlineData("generate_tiny", "tokens.0", "audio.0")]
    [InlineData("generate_tiny", "tokens.1", "audio.1")]
    [InlineData("generate_tiny", "continued.tokens", "continued.audio")]
    [InlineData("stereo_tiny", "tokens.0", "audio.0")]
    [InlineData("stereo_tiny", "tokens.1", "audio.1")]
    [InlineData("stereo_tiny", "continued.tokens", "continued.audio")]
    public void Write_GoldenTokens_GivesAudioCraftsAudioHoweverTheyAreDivided(string file, string tokens, string audio)
    {
        using GoldenFile golden = GoldenFile.Open(file);
        int codebooks = golden.Shape(tokens)[0];
        int channels = golden.Shape(audio)[0];
        ushort[] codes = golden.FrameMajorCodes(tokens);
        float[] whole = Decode(codes, codebooks, channels, codes.Length / codebooks);
        float[] expected = golden.Floats(audio);
        float peak = expected.Max(MathF.Abs);
        int length = expected.Length / channels;
        Assert.Equal(expected.Length, whole.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], whole[(i % length * channels) + (i / length)], 2e-4f * peak);
        }

        foreach (int frames in new[] { 1, 2, 5 })
        {
            Assert.Equal(whole, Decode(codes, codebooks, channels, frames));
        }
    }

    /// <summary>The 16 kHz decoder looks not quite four frames ahead: what is further back is heard at once.</summary>
    [Fact]
    public void Write_NonCausalCodec_HoldsBackAFewFramesOnly()
    {
        using GoldenFile golden = GoldenFile.Open("generate_tiny");
        ushort[] codes = golden.FrameMajorCodes("long.tokens");
        using var decoder = new TakeDecoder(s_codec, 4, 1, 1);
        int given = 0;
        for (int frame = 0; frame < codes.Length / 4; frame++)
        {
            given += decoder.Write(codes.AsSpan(frame * 4, 4)).Length;
            Assert.InRange((frame + 1) - (given / (double)s_codec.Config.HopSamples), 0, 6);
        }

        Assert.Equal(codes.Length / 4 * s_codec.Config.HopSamples, given + decoder.Complete().Length);
    }

    private static float[] Decode(ushort[] codes, int codebooks, int channels, int frames)
    {
        using var decoder = new TakeDecoder(s_codec, codebooks, channels, 1);
        return [.. codes.Chunk(frames * codebooks).SelectMany(piece => decoder.Write(piece)), .. decoder.Complete()];
    }
}
