using AudioCodec.Audio;
using AudioCodec.Codecs;
using AudioCodec.Tests.Generation.Loading;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Generation.FrontDoor;

/// <summary>Laws of the front door.</summary>
public sealed class GeneratorTests
{
    private static readonly GenerationOptions s_options = new() { Seed = 11, Duration = TinyGenerator.Time(33), TopK = 10 };

    [Theory]
    [InlineData("generate_tiny")]
    [InlineData("stereo_tiny")]
    public async Task GenerateAsync_Blocks_AreTheWholeAudioAndComeEarly(string model)
    {
        using Generator generator = TinyGenerator.Load(model);
        GeneratedAudio whole = generator.Generate("a dog barks", s_options);
        var steps = new List<GenerationProgress>();
        int stepsAtFirst = 0;
        var audio = new AudioBuffer(new float[whole.Audio.Samples.Length], generator.Info.Channels, generator.Info.SampleRateHz);
        long samples = 0;
        await foreach (AudioBlock block in generator.GenerateAsync("a dog barks", s_options, new Reports(steps), TestContext.Current.CancellationToken))
        {
            stepsAtFirst = stepsAtFirst > 0 ? stepsAtFirst : steps.Count;
            Assert.Equal(samples, block.StartSample);
            Assert.Equal((generator.Info.Channels, generator.Info.SampleRateHz), (block.Channels, block.SampleRateHz));
            audio.WriteInterleaved((int)samples, block.Samples.Span);
            samples += block.LengthSamples;
        }

        Assert.Equal(33 * 320, samples);
        Assert.Equal(whole.Audio.Samples, audio.Samples);
        Assert.InRange(stepsAtFirst, 1, 15);
        Assert.Equal(33, steps[^1].Frames);
        Assert.Equal(33, steps[^1].TotalFrames);
        Assert.Equal(1, steps[^1].Fraction);
        Assert.Equal(TimeSpan.Zero, steps[^1].Remaining);
        Assert.Equal(steps.OrderBy(step => step.Fraction), steps);
    }

    [Fact]
    public void GenerateBatch_PromptsAndTakes_AreEachPromptAndTakeAlone()
    {
        using Generator one = TinyGenerator.Load();
        using Generator two = TinyGenerator.Load(threads: 2);
        string?[] prompts = ["a dog barks", null, "rain and wind, then thunder"];
        foreach (int batch in new[] { 1, 4, 100 })
        {
            IReadOnlyList<GeneratedAudio> made = two.GenerateBatch(prompts, s_options with { Takes = 2, BatchSize = batch });
            Assert.Equal(prompts.SelectMany(prompt => new[] { prompt, prompt }), made.Select(take => take.Prompt));
            Assert.Equal([0, 1, 0, 1, 0, 1], made.Select(take => take.Take));
            Assert.All(made, take => Assert.Equal(11, take.Seed));
            Assert.Equal(6, made.Select(take => string.Join(',', take.Codes.Segments[0].Codes)).Distinct().Count());
            for (int prompt = 0; prompt < 3; prompt++)
            {
                GeneratedAudio alone = one.Generate(prompts[prompt], s_options);
                Assert.Equal(alone.Codes.Segments[0].Codes, made[2 * prompt].Codes.Segments[0].Codes);
                Assert.Equal(alone.Audio.Samples, made[2 * prompt].Audio.Samples);
            }
        }
    }

    [Fact]
    public void Generate_Seeds_AreRepeatedOrDrawnByChance()
    {
        using Generator generator = TinyGenerator.Load();
        GeneratedAudio first = generator.Generate("a dog barks", s_options with { Seed = null });
        GeneratedAudio second = generator.Generate("a dog barks", s_options with { Seed = null });
        Assert.NotEqual(first.Seed, second.Seed);
        Assert.NotEqual(first.Codes.Segments[0].Codes, second.Codes.Segments[0].Codes);
        Assert.Equal(first.Codes.Segments[0].Codes, generator.Generate("a dog barks", s_options with { Seed = first.Seed }).Codes.Segments[0].Codes);
    }

    [Fact]
    public void Codes_Decoded_AreTheAudio()
    {
        using var folder = new TemporaryFolder();
        TinyGenerators.CopyAudioCraft(folder, "generate_tiny");
        using Generator generator = Generator.Load(folder[""], TinyGenerator.OptionsOf("generate_tiny"));
        GeneratedAudio made = generator.Generate("a dog barks", s_options);
        Assert.Equal(generator.Codec.Decode(made.Codes).Samples, made.Audio.Samples);
        using var file = new MemoryStream();
        generator.Codec.Write(made.Codes, file, new CompressionOptions { Tags = new Dictionary<string, string> { ["prompt"] = "a dog barks" } });
        file.Position = 0;
        using EcdcFile read = generator.Codec.Open(file);
        Assert.Equal(made.Codes.Segments[0].Codes, read.ReadCodes(TestContext.Current.CancellationToken).Segments[0].Codes);
        Assert.Equal("a dog barks", read.Tags["prompt"]);
    }

    [Fact]
    public async Task GenerateAsync_Cancelled_GivesWhatWasMade()
    {
        using Generator generator = TinyGenerator.Load();
        GeneratedAudio whole = generator.Generate("a dog barks", s_options);
        using var stop = new CancellationTokenSource();
        var progress = new Callback(step =>
        {
            if (step.Frames == 16)
            {
                stop.Cancel();
            }
        });
        var codes = new List<ushort>();
        var samples = new List<float>();
        bool ended = false;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (GeneratedBlock block in generator.GenerateBatchAsync(["a dog barks"], s_options, progress, stop.Token))
            {
                codes.AddRange(block.Codes.Span);
                samples.AddRange(block.Audio.Samples.Span);
                ended |= block.IsLast;
                Assert.Equal(33 * 320, block.LengthSamples);
            }
        });
        Assert.True(ended);
        Assert.Equal(whole.Codes.Segments[0].Codes[..(16 * 4)], codes);
        Assert.Equal(generator.Codec.Decode(new EncodedAudio(16 * 320, 4, [new EncodedSegment(1, [.. codes])])).Samples, samples);
        Assert.ThrowsAny<OperationCanceledException>(() => generator.Generate("a dog barks", s_options, cancellationToken: stop.Token));
    }

    [Fact]
    public async Task GenerateAsync_LeftEarly_Ends()
    {
        using Generator generator = TinyGenerator.Load();
        await foreach (AudioBlock block in generator.GenerateAsync("a dog barks", s_options with { Duration = TimeSpan.FromHours(1) }, cancellationToken: TestContext.Current.CancellationToken))
        {
            Assert.Equal(0, block.StartSample);
            break;
        }

        Assert.Equal(33 * 320, generator.Generate("a dog barks", s_options).Audio.LengthSamples);
    }

    [Fact]
    public void Generate_GoingOn_BeginsWithTheClip()
    {
        using Generator generator = TinyGenerator.Load();
        GeneratedAudio clip = generator.Generate(null, s_options);
        foreach (string? prompt in new[] { "a dog barks", null })
        {
            // 33 frames are more than the window's 20.
            GeneratedAudio made = generator.Generate(prompt, s_options with { ContinuationCodes = clip.Codes, Duration = TinyGenerator.Time(50) });
            Assert.Equal(50, made.Codes.FrameCount);
            Assert.Equal(clip.Codes.Segments[0].Codes, made.Codes.Segments[0].Codes[..(33 * 4)]);
            Assert.Equal(50 * 320, made.Audio.LengthSamples);
        }

        // Another rate and number of channels; the default duration comes after the clip.
        var other = new AudioBuffer(new float[2 * 4800], 2, 48000);
        GeneratedAudio after = generator.Generate("a dog barks", new GenerationOptions { Continuation = other });
        Assert.Equal(5 + generator.Info.Config.Defaults.Frames, after.Codes.FrameCount);
    }

    [Fact]
    public void TextEncoder_IsAskedOncePerTextAndUnloadedWhereAsked()
    {
        foreach (bool unload in new[] { false, true })
        {
            var texts = new GoldenTexts("generate_tiny");
            using (Generator generator = TinyGenerator.Load(texts: texts, unload: unload))
            {
                generator.GenerateBatch(["a dog barks", "a dog barks", ""], s_options with { Takes = 2, NegativePrompt = "rain and wind, then thunder" });
                Assert.Equal(2, texts.Count);
                Assert.Equal(unload, texts.Disposed);
                generator.Generate(null, s_options);
                Assert.Equal(2, texts.Count);
            }

            Assert.True(texts.Disposed);
        }
    }

    [Fact]
    public void Generate_OptionsOutOfRange_AreRefused()
    {
        using Generator generator = TinyGenerator.Load();
        void Refused(GenerationOptions options) => Assert.ThrowsAny<ArgumentException>(() => generator.Generate("a dog barks", options));
        Refused(new() { Duration = TimeSpan.Zero });
        Refused(new() { Duration = TimeSpan.FromSeconds(-1) });
        Refused(new() { Duration = TimeSpan.MaxValue });
        Refused(new() { Temperature = -1 });
        Refused(new() { Temperature = double.NaN });
        Refused(new() { TopK = -1 });
        Refused(new() { TopP = 2 });
        Refused(new() { Guidance = double.PositiveInfinity });
        Refused(new() { BatchSize = 0 });
        Refused(new() { Takes = 0 });
        Refused(new() { Takes = 2 });
        Refused(new() { Stride = TimeSpan.Zero });
        Refused(new() { Stride = TinyGenerator.Time(20) });
        Refused(new() { Continuation = new AudioBuffer(new float[16000], 1, 16000), Duration = TimeSpan.FromSeconds(1) });
        Refused(new() { Continuation = new AudioBuffer(new float[16000], 1, 16000), ContinuationCodes = new EncodedAudio(0, 4, []) });
        Refused(new() { ContinuationCodes = new EncodedAudio(320, 2, [new EncodedSegment(1, [1, 2])]) });
        Refused(new() { ContinuationCodes = new EncodedAudio(320, 4, [new EncodedSegment(1, [1, 2, 3, 32])]) });
        Assert.Throws<ArgumentException>(() => generator.GenerateBatch([]));
        Assert.ThrowsAny<ArgumentException>(() => generator.GenerateAsync("a dog barks", new() { Takes = 2 }));
    }

    [Fact]
    public void Generate_ShorterThanAFrame_MakesOne()
    {
        using Generator generator = TinyGenerator.Load();
        Assert.Equal(320, generator.Generate("a dog barks", new() { Duration = TimeSpan.FromMilliseconds(1), Seed = 1 }).Audio.LengthSamples);
    }

    private sealed class Reports(List<GenerationProgress> steps) : IProgress<GenerationProgress>
    {
        public void Report(GenerationProgress value) => steps.Add(value);
    }

    private sealed class Callback(Action<GenerationProgress> act) : IProgress<GenerationProgress>
    {
        public void Report(GenerationProgress value) => act(value);
    }
}
