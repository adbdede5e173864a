using AudioCodec.Audio;
using AudioCodec.Codecs;
using AudioCodec.Tests.Generation.Loading;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Generation.FrontDoor;

/// <summary>The golden generators from text to audio, against AudioCraft and transformers.</summary>
public sealed class GeneratorGoldenTests
{
    [Theory]
    [InlineData("generate_tiny", 0)]
    [InlineData("generate_tiny", 1)]
    [InlineData("stereo_tiny", 0)]
    [InlineData("stereo_tiny", 1)]
    public void Generate_Greedy_GivesTheReferencesTokensAndAudio(string model, int text)
    {
        using GoldenFile golden = GoldenFile.Open(model);
        using Generator generator = TinyGenerator.Load(model);
        GeneratedAudio made = generator.Generate(GoldenTexts.Known[text], Greedy(golden.Shape($"tokens.{text}")[1]));
        Assert.Equal(golden.FrameMajorCodes($"tokens.{text}"), made.Codes.Segments[0].Codes);
        AssertAudio(golden.Floats($"audio.{text}"), made.Audio);
    }

    [Fact]
    public void Generate_OfTheShardedHuggingFaceTwin_GivesTheSameTokens()
    {
        using GoldenFile golden = GoldenFile.Open("generate_tiny");
        using var folder = new TemporaryFolder();
        TinyGenerators.CopyHuggingFace(folder);
        using Generator generator = Generator.Load(folder[""], TinyGenerator.OptionsOf("generate_tiny"));
        IReadOnlyList<GeneratedAudio> made = generator.GenerateBatch([.. GoldenTexts.Known], Greedy(18));
        Assert.Equal(golden.FrameMajorCodes("tokens.0"), made[0].Codes.Segments[0].Codes);
        Assert.Equal(golden.FrameMajorCodes("tokens.1"), made[1].Codes.Segments[0].Codes);
    }

    [Theory]
    [InlineData("generate_tiny")]
    [InlineData("stereo_tiny")]
    public void Generate_WithoutText_GivesTheReferencesTokens(string model)
    {
        using GoldenFile golden = GoldenFile.Open(model);
        using Generator generator = TinyGenerator.Load(model);
        foreach (string? none in new[] { null, "" })
        {
            Assert.Equal(golden.FrameMajorCodes("tokens.unconditional"), generator.Generate(none, Greedy(golden.Shape("tokens.unconditional")[1])).Codes.Segments[0].Codes);
        }
    }

    [Theory]
    [InlineData("generate_tiny")]
    [InlineData("stereo_tiny")]
    public void Generate_LongerThanTheWindow_GivesTheReferencesTokens(string model)
    {
        using GoldenFile golden = GoldenFile.Open(model);
        using Generator generator = TinyGenerator.Load(model);
        GenerationOptions options = Greedy(golden.Shape("long.tokens")[1]) with { Stride = TinyGenerator.Time(8) };
        Assert.Equal(golden.FrameMajorCodes("long.tokens"), generator.Generate(GoldenTexts.Known[0], options).Codes.Segments[0].Codes);
    }

    /// <summary>The reference's codec fills a clip's last frame up with silence and goes on from that; here the clip is cut before it.</summary>
    [Theory]
    [InlineData("generate_tiny")]
    [InlineData("stereo_tiny")]
    public void Generate_GoingOnFromAClip_BeginsWithTheReferencesCodesOfTheClip(string model)
    {
        using GoldenFile golden = GoldenFile.Open(model);
        using Generator generator = TinyGenerator.Load(model);
        int channels = golden.Shape("prompt.audio")[0];
        var clip = new AudioBuffer(golden.Floats("prompt.audio"), channels, 16000);
        ushort[] expected = golden.FrameMajorCodes("prompt.tokens");
        int whole = clip.LengthSamples / generator.Codec.Info.HopSamples;
        GeneratedAudio made = generator.Generate(GoldenTexts.Known[0], Greedy(14) with { Continuation = clip });
        Assert.Equal(expected[..(whole * generator.Info.Codebooks)], made.Codes.Segments[0].Codes[..(whole * generator.Info.Codebooks)]);
    }

    [Theory]
    [InlineData("generate_tiny")]
    [InlineData("stereo_tiny")]
    public void Generate_GoingOnFromCodes_GivesTheReferencesTokensAndAudio(string model)
    {
        using GoldenFile golden = GoldenFile.Open(model);
        using Generator generator = TinyGenerator.Load(model);
        ushort[] codes = golden.FrameMajorCodes("prompt.tokens");
        GenerationOptions options = Greedy(golden.Shape("continued.tokens")[1]) with
        {
            ContinuationCodes = new EncodedAudio(6 * 320, generator.Info.Codebooks, [new EncodedSegment(1, codes)]),
        };
        GeneratedAudio continued = generator.Generate(GoldenTexts.Known[0], options);
        Assert.Equal(golden.FrameMajorCodes("continued.tokens"), continued.Codes.Segments[0].Codes);
        AssertAudio(golden.Floats("continued.audio"), continued.Audio);
    }

    private static GenerationOptions Greedy(int frames) => new() { Greedy = true, Duration = TinyGenerator.Time(frames) };

    private static void AssertAudio(float[] expected, AudioBuffer audio)
    {
        Assert.Equal(expected.Length, audio.Samples.Length);
        float peak = expected.Max(MathF.Abs);
        Assert.All(expected.Zip(audio.Samples), pair => Assert.Equal(pair.First, pair.Second, 2e-4f * peak));
    }
}
