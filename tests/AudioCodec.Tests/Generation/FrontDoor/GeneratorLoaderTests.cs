using AudioCodec.Tests.Generation.Loading;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Generation.FrontDoor;

/// <summary>Generators with their own or a named text encoder, from text to tokens.</summary>
public sealed class GeneratorLoaderTests
{
    private static readonly GenerationOptions s_options = new() { Greedy = true, Duration = TinyGenerator.Time(18) };

    [Fact]
    public async Task LoadAsync_PackageWithTheFolderOfItsTextEncoder_GivesTheReferencesTokens()
    {
        using var folder = new TemporaryFolder();
        using var texts = new TemporaryFolder();
        TinyGenerators.CopyAudioCraft(folder, "generate_tiny");
        CopyT5(texts);
        await using Generator generator = await Generator.LoadAsync(folder[""], new GeneratorOptions { TextEncoder = texts[""] }, TestContext.Current.CancellationToken);
        AssertTokens(generator);
    }

    [Fact]
    public void Load_HuggingFaceFolderWithTokenizer_GivesTheReferencesTokens()
    {
        using var folder = new TemporaryFolder();
        TinyGenerators.CopyHuggingFace(folder);
        File.Copy(Fixtures.Path("golden/captions_unigram.model"), folder["spiece.model"]);
        using Generator generator = Generator.Load(folder[""]);
        AssertTokens(generator);
        using Generator named = Generator.Load(options: new GeneratorOptions { Model = folder[""], UnloadTextEncoder = true });
        AssertTokens(named);
    }

    [Fact]
    public void Generate_WithoutATextEncoder_SaysWhatIsMissing()
    {
        using var folder = new TemporaryFolder();
        TinyGenerators.CopyAudioCraft(folder, "generate_tiny");
        using Generator package = Generator.Load(folder[""]);
        Assert.Contains("t5-small", Assert.Throws<ModelNotFoundException>(() => package.Generate("a dog barks")).Message, StringComparison.Ordinal);
        Assert.NotEmpty(package.Generate(null, s_options).Audio.Samples);

        using var twin = new TemporaryFolder();
        TinyGenerators.CopyHuggingFace(twin);
        using Generator huggingFace = Generator.Load(twin[""]);
        Assert.Contains("spiece.model", Assert.Throws<CheckpointException>(() => huggingFace.Generate("a dog barks")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WhatIsNoGenerator_Throws()
    {
        Assert.Throws<ModelNotFoundException>(() => Generator.Load("nothing of that name"));
        using var folder = new TemporaryFolder();
        Assert.ThrowsAny<CodecException>(() => Generator.Load(folder[""]));
        TinyGenerators.CopyAudioCraft(folder, "generate_tiny");
        Assert.Throws<ModelNotFoundException>(() => Generator.Load(folder[""], new GeneratorOptions { TextEncoder = "nothing of that name" }));
        Assert.Throws<CheckpointException>(() => Generator.Load(folder[""], new GeneratorOptions { Codec = Fixtures.Path("golden/encodec_audiocraft_tiny.compression_state_dict.bin") }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Generator.Load(folder[""], new GeneratorOptions { Threads = 0 }));
    }

    [Fact]
    public void Load_Engines_AreThoseAskedFor()
    {
        using var folder = new TemporaryFolder();
        TinyGenerators.CopyAudioCraft(folder, "generate_tiny");
        var made = new List<string>();
        var texts = new GoldenTexts("generate_tiny");
        using Generator generator = Generator.Load(folder[""], new GeneratorOptions
        {
            CreateTransformer = (config, weights) =>
            {
                made.Add("transformer");
                return AudioCodec.Generation.Transformer.TokenModel.Load(config, weights);
            },
            CreateCodec = checkpoint =>
            {
                made.Add("codec");
                return AudioCodec.Codecs.EncodecModel.Load(checkpoint.Config, checkpoint.Weights);
            },
            CreateTextEncoder = () => texts,
        });
        AssertTokens(generator);
        Assert.Equal(["codec", "transformer"], made);
        Assert.Equal(2, texts.Count);
    }

    private static void AssertTokens(Generator generator)
    {
        using GoldenFile golden = GoldenFile.Open("generate_tiny");
        for (int text = 0; text < 2; text++)
        {
            Assert.Equal(golden.FrameMajorCodes($"tokens.{text}"), generator.Generate(GoldenTexts.Known[text], s_options).Codes.Segments[0].Codes);
        }
    }

    private static void CopyT5(TemporaryFolder folder)
    {
        File.Copy(Fixtures.Path("golden/generate_tiny.t5.config.json"), folder["config.json"]);
        File.Copy(Fixtures.Path("golden/generate_tiny.t5.safetensors"), folder["model.safetensors"]);
        File.Copy(Fixtures.Path("golden/captions_unigram.model"), folder["spiece.model"]);
    }
}
