using AudioCodec.Audio;
using AudioCodec.Codecs;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Codecs;

/// <summary>The whole codec against the numbers of the published reference.</summary>
public sealed class CodecGoldenTests
{
    public static TheoryData<string, string, double> Cases() => new()
    {
        { "encodec_tiny_causal", "", 16 },
        { "encodec_tiny_stereo", "", 16 },
        { "encodec_audiocraft_tiny", "", 40 },
        { "encodec_24khz", "bw6.", 6 },
        { "encodec_24khz", "bw1.5.", 1.5 },
        { "encodec_24khz", "bw24.", 24 },
        { "encodec_48khz", "bw6.", 6 },
        { "encodec_48khz", "bw3.", 3 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Encode_GoldenAudio_GivesGoldenCodes(string name, string prefix, double bandwidthKbps)
    {
        EncodecModel model = GoldenModels.Get(name);
        using GoldenFile golden = GoldenFile.Open(name);
        EncodedAudio encoded = model.Encode(GoldenModels.Audio(golden, model.Config), bandwidthKbps);
        IReadOnlyList<EncodedSegment> expected = GoldenModels.Segments(golden, prefix);
        Assert.Equal(expected.Count, encoded.Segments.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Codes.Length, encoded.Segments[i].Codes.Length);
            Assert.Equal(expected[i].Scale, encoded.Segments[i].Scale, 1e-6f * expected[i].Scale);
            Assert.True(
                Agreement(expected[i].Codes, encoded.Segments[i].Codes, encoded.Codebooks) >= 0.995,
                $"segment {i}: {Agreement(expected[i].Codes, encoded.Segments[i].Codes, encoded.Codebooks):P2} of the codes agree");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Decode_GoldenCodes_GivesGoldenAudio(string name, string prefix, double bandwidthKbps)
    {
        EncodecModel model = GoldenModels.Get(name);
        using GoldenFile golden = GoldenFile.Open(name);
        float[] expected = golden.Floats($"{prefix}decoded");
        int length = expected.Length / model.Config.Channels;
        EncodedAudio encoded = new(length, model.Config.CodebooksFor(bandwidthKbps), GoldenModels.Segments(golden, prefix));
        AudioBuffer decoded = model.Decode(encoded);
        AssertClose(expected, decoded.Samples, 2e-4f);
    }

    [Theory]
    [InlineData("encodec_tiny_causal")]
    [InlineData("encodec_audiocraft_tiny")]
    [InlineData("encodec_tiny_stereo")]
    [InlineData("encodec_24khz")]
    public void Encoder_GoldenAudio_GivesGoldenEmbedding(string name)
    {
        EncodecModel model = GoldenModels.Get(name);
        using GoldenFile golden = GoldenFile.Open(name);
        float[] expected = golden.Floats("embedding");
        float[] latents = GoldenModels.Latents(model, GoldenModels.Audio(golden, model.Config));
        int dimension = model.Config.Dimension;
        int frames = expected.Length / dimension;
        var planar = new float[latents.Length];
        for (int i = 0; i < latents.Length; i++)
        {
            planar[((i % dimension) * frames) + (i / dimension)] = latents[i];
        }

        AssertClose(expected, planar, 2e-4f);
    }

    private static void AssertClose(float[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        float peak = expected.Max(MathF.Abs);
        float worst = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            worst = Math.Max(worst, MathF.Abs(expected[i] - actual[i]));
        }

        Assert.True(worst <= tolerance * peak, $"largest difference {worst / peak:E2} of the peak");
    }

    /// <summary>Share of equal codes among the first 8 codebooks.</summary>
    private static double Agreement(ushort[] expected, ushort[] actual, int codebooks)
    {
        int equal = 0;
        int all = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            if (i % codebooks < 8)
            {
                all++;
                equal += expected[i] == actual[i] ? 1 : 0;
            }
        }

        return (double)equal / all;
    }
}
