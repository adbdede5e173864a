using AudioCodec.Generation.Patterns;
using AudioCodec.Generation.Sampling;
using AudioCodec.Generation.Takes;
using AudioCodec.Generation.Transformer;
using AudioCodec.Tests.Generation.Patterns;
using AudioCodec.Tests.Generation.Transformer;
using AudioCodec.Text;

namespace AudioCodec.Tests.Generation.Takes;

/// <summary>Laws of the loop.</summary>
[Collection(nameof(TakeBatchTests))]
public sealed class TakeBatchTests
{
    private static readonly TokenModelConfig s_config = TinyTokenModels.MusicGenConfig;
    private static readonly TextStates s_text = Text(3, 0.3f);
    private static readonly TextStates s_other = Text(5, -0.4f);

    [Theory]
    [InlineData("delay")]
    [InlineData("parallel")]
    [InlineData("flatten")]
    [InlineData("coarse_first")]
    [InlineData("musiclm")]
    public void Step_BatchOfTakes_GivesEachTakesTokens(string pattern)
    {
        TakeSettings settings = Drawn(CodebookPatternTests.ByName(pattern, 4), 23, 10, 4);
        TakeRequest[] takes = [new(s_text, null, 5, 0), new(s_other, null, 5, 1), new(null, null, 6, 0), new(s_text, s_other, 5, 0)];
        ushort[][] together = TakeBatchGoldenTests.Run(TinyTokenModels.MusicGen, takes, settings);
        Assert.Equal(takes.Length, together.Select(codes => string.Join(',', codes)).Distinct().Count());
        for (int take = 0; take < takes.Length; take++)
        {
            Assert.Equal(TakeBatchGoldenTests.Run(TinyTokenModels.MusicGen, [takes[take]], settings)[0], together[take]);
            Assert.Equal(TakeBatchGoldenTests.Run(TinyTokenModels.MusicGen, [takes[take]], settings with { Threads = 2 })[0], together[take]);
        }
    }

    [Fact]
    public void Step_WithExtraFrames_ChangesOnlyTheLastFramesOfAWindow()
    {
        TakeSettings settings = Drawn(DelayPattern.Standard(4), 20, 20, 8);
        ushort[] dropped = TakeBatchGoldenTests.Run(TinyTokenModels.MusicGen, [new(s_text, null, 5, 0)], settings)[0];
        ushort[] kept = TakeBatchGoldenTests.Run(TinyTokenModels.MusicGen, [new(s_text, null, 5, 0)], settings with { ExtraFrames = false })[0];
        Assert.Equal(kept[..(17 * 4)], dropped[..(17 * 4)]);
        Assert.NotEqual(kept, dropped);

        // What is made is the beginning of something longer.
        ushort[] longer = TakeBatchGoldenTests.Run(TinyTokenModels.MusicGen, [new(s_text, null, 5, 0)], settings with { Frames = 30, WindowFrames = 30 })[0];
        Assert.Equal(longer[..(20 * 4)], dropped);
    }

    /// <summary>As many steps as the reference takes: the extra frames come in steps that are taken anyway.</summary>
    [Fact]
    public void StepsTotal_DelayPattern_IsFramesAndDelay()
    {
        TakeSettings settings = Drawn(DelayPattern.Standard(4), 20, 20, 8);
        using var batch = new TakeBatch(new DrawnModel(s_config), [new(s_text, null, 5, 0)], settings);
        Assert.Equal(20 + 3, batch.StepsTotal);
        using var prompted = new TakeBatch(new DrawnModel(s_config), [new(s_text, null, 5, 0)], settings with { Prompt = new ushort[5 * 4] });
        Assert.Equal(20 - 5 + 3, prompted.StepsTotal);
    }

    [Fact]
    public void Open_Rows_AreThoseThatGuidanceNeeds()
    {
        TakeSettings settings = Drawn(DelayPattern.Standard(4), 4, 4, 1);
        int Rows(TakeRequest take, float guidance)
        {
            var model = new DrawnModel(s_config);
            TakeBatchGoldenTests.Run(model, [take], settings with { Guidance = guidance });
            return model.Rows;
        }

        Assert.Equal(2, Rows(new(s_text, null, 0, 0), 3));
        Assert.Equal(1, Rows(new(s_text, null, 0, 0), 1));
        Assert.Equal(1, Rows(new(null, null, 0, 0), 3));
        Assert.Equal(2, Rows(new(null, s_text, 0, 0), 3));
        Assert.Equal(2, Rows(new(s_text, null, 0, 0), 0));
    }

    [Fact]
    public void Step_NegativeText_TakesTheNullRowsPlace()
    {
        TakeSettings settings = Drawn(DelayPattern.Standard(4), 12, 12, 1);
        ushort[][] made = TakeBatchGoldenTests.Run(TinyTokenModels.MusicGen, [new(s_text, null, 5, 0), new(s_text, s_other, 5, 0), new(s_text, s_text, 5, 0)], settings);
        Assert.NotEqual(made[0], made[1]);
        Assert.Equal(TakeBatchGoldenTests.Run(TinyTokenModels.MusicGen, [new(s_text, null, 5, 0)], settings with { Guidance = 1 })[0], made[2]);
    }

    [Fact]
    public void Step_LogitsThatAreNoNumbers_NamesTheWeights()
    {
        using var batch = new TakeBatch(new DrawnModel(s_config, 3), [new(s_text, null, 5, 0)], Drawn(DelayPattern.Standard(4), 12, 12, 1));
        var fault = Assert.Throws<CheckpointException>(() =>
        {
            while (batch.Step())
            {
            }
        });
        Assert.Equal("weights.bin", fault.Path);
        Assert.Contains("frame", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_PatternThatBeginsWithCodes_Throws() =>
        Assert.Throws<ArgumentException>(() => new TakeBatch(new DrawnModel(s_config), [new(s_text, null, 5, 0)], Drawn(new DelayPattern([0, 1, 2, 3], emptyInitial: -1), 12, 12, 1)));

    /// <summary>An hour in windows of ten seconds.</summary>
    [Fact]
    public void Step_OfAnHour_KeepsMemoryConstant()
    {
        var model = new DrawnModel(s_config with { CodebookSize = 4 });
        using var batch = new TakeBatch(model, [new(null, null, 5, 0)], Drawn(DelayPattern.Standard(4), 180_000, 500, 400));
        long early = 0;
        while (batch.Step())
        {
            if (batch.FramesDone == 5_000)
            {
                early = GC.GetTotalMemory(true);
            }

            batch.Drain(0);
        }

        Assert.Equal(180_000, batch.FramesDone);
        Assert.InRange(GC.GetTotalMemory(true) - early, long.MinValue, 1 << 20);
        Assert.Equal(500 + 3, model.Capacity);
    }

    private static TakeSettings Drawn(CodebookPattern pattern, int frames, int window, int stride) => new()
    {
        Pattern = pattern,
        Frames = frames,
        WindowFrames = window,
        StrideFrames = stride,
        Sampling = new SamplingSettings(1, 10, 0),
        Guidance = 3,
        Weights = "weights.bin",
    };

    private static TextStates Text(int tokens, float value) =>
        new(Enumerable.Range(0, tokens * s_config.TextWidth).Select(i => value * MathF.Sin(i)).ToArray(), s_config.TextWidth);
}

/// <summary>Memory in use is that of the process: no other test may run meanwhile.</summary>
[CollectionDefinition(nameof(TakeBatchTests), DisableParallelization = true)]
public sealed class TakeBatchTestsAlone;
