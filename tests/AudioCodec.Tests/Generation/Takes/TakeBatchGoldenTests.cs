using AudioCodec.Generation.Patterns;
using AudioCodec.Generation.Sampling;
using AudioCodec.Generation.Takes;
using AudioCodec.Generation.Transformer;
using AudioCodec.Tests.Generation.Patterns;
using AudioCodec.Tests.Generation.Transformer;
using AudioCodec.TestSupport;
using AudioCodec.Text;

namespace AudioCodec.Tests.Generation.Takes;

/// <summary>Greedy generation against AudioCraft and transformers: all tokens equal.</summary>
public sealed class TakeBatchGoldenTests
{
    [Theory]
    [InlineData("delay")]
    [InlineData("parallel")]
    [InlineData("flatten")]
    [InlineData("coarse_first")]
    [InlineData("musiclm")]
    public void AudioGen_AnyPattern_GivesAudioCraftsTokens(string name)
    {
        using GoldenFile golden = GoldenFile.Open("audiogen_lm_tiny");
        TextStates[] texts = [TinyTokenModels.Text(golden, "text_embedding.0"), TinyTokenModels.Text(golden, "text_embedding.1")];
        TakeSettings settings = Settings(CodebookPatternTests.ByName(name, 4), 24);
        var padded = new PaddedModel(TinyTokenModels.AudioGen);
        TakeRequest[] takes = [.. texts.Select(text => new TakeRequest(text, null, 0, 0))];
        Assert.Equal(Takes(golden, $"{name}.greedy_cfg3"), Run(padded, takes, settings with { Guidance = 3 }));

        ushort[][] continued = Takes(golden, $"{name}.continued_cfg1.5");
        for (int take = 0; take < takes.Length; take++)
        {
            // The prompts of a batch are the same here, and AudioCraft's padding is that of both texts.
            TakeSettings prompted = settings with { Guidance = 1.5f, Prompt = continued[take].AsMemory(0, 7 * 4) };
            Assert.Equal(continued[take], Run(padded, takes, prompted)[take]);
        }

        Assert.Equal(Takes(golden, $"{name}.unconditional"), Run(TinyTokenModels.AudioGen, [new TakeRequest(null, null, 0, 0)], settings with { Guidance = 3 }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void MusicGen_EachPromptAlone_GivesHuggingFacesTokens(int prompt)
    {
        using GoldenFile golden = GoldenFile.Open("musicgen_hf_tiny");
        TakeRequest[] take = [new TakeRequest(TinyTokenModels.Text(golden, $"text.{prompt}"), null, 0, 0)];
        ushort[] greedy = golden.FrameMajorCodes($"greedy.alone.{prompt}");
        TakeSettings settings = Settings(DelayPattern.Standard(4), greedy.Length / 4) with { Guidance = 3 };
        Assert.Equal(greedy, Run(TinyTokenModels.MusicGen, take, settings)[0]);

        ushort[] continued = golden.FrameMajorCodes($"continued4.alone.{prompt}");
        Assert.Equal(continued, Run(TinyTokenModels.MusicGen, take, settings with { Frames = continued.Length / 4, Prompt = continued.AsMemory(0, 4 * 4) })[0]);
    }

    internal static TakeSettings Settings(CodebookPattern pattern, int frames) => new()
    {
        Pattern = pattern,
        Frames = frames,
        WindowFrames = frames,
        StrideFrames = 1,
        Sampling = SamplingSettings.Greedy,
        ExtraFrames = false,
        Weights = "test",
    };

    internal static ushort[][] Run(ITokenModel model, IReadOnlyList<TakeRequest> takes, TakeSettings settings)
    {
        using var batch = new TakeBatch(model, takes, settings);
        while (batch.Step())
        {
        }

        Assert.Equal(batch.StepsTotal, batch.StepsDone);
        Assert.Equal(settings.Frames, batch.FramesDone);
        return [.. takes.Select((_, take) => batch.Drain(take))];
    }

    /// <summary>[B, K, F] of a golden file as [F, K] of each take.</summary>
    private static ushort[][] Takes(GoldenFile golden, string name)
    {
        int[] shape = golden.Shape(name);
        int[] codes = golden.Ints(name);
        return
        [
            .. Enumerable.Range(0, shape[0]).Select(take =>
                (ushort[])[.. Enumerable.Range(0, shape[1] * shape[2]).Select(at => (ushort)codes[(((take * shape[1]) + (at % shape[1])) * shape[2]) + (at / shape[1])])]),
        ];
    }
}
