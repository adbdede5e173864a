using AudioCodec.Training.Configuration;
using AudioCodec.Training.Data.Generation;

namespace AudioCodec.Training.Tests.Data.Generation;

public sealed class GeneratorDataTests : IDisposable
{
    private readonly TinyTokens _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void Next_SameSeedAndStep_IsTheSame_AlsoFromKeptTokens()
    {
        GeneratorData made = _tiny.Prepare(Settings());
        GeneratorData read = _tiny.Prepare(Settings());
        for (int step = 0; step < 5; step++)
        {
            AssertEqual(made.Next(step), read.Next(step));
        }

        Assert.NotEqual(made.Next(1).Codes, made.Next(2).Codes);
        Assert.NotEqual(made.Next(1).Codes, _tiny.Prepare(Settings(), seed: 2).Next(1).Codes);
    }

    [Fact]
    public void Next_Rows_AreCropsWithTheirCaptions()
    {
        GeneratorData data = _tiny.Prepare(Settings());
        Assert.Equal((50, 3), (data.Frames, data.Codebooks));
        var seen = new HashSet<string>();
        for (int step = 0; step < 60; step++)
        {
            GeneratorBatch batch = data.Next(step);
            Assert.Equal(4 * 50 * 3, batch.Codes.Length);
            for (int row = 0; row < 4; row++)
            {
                Assert.InRange(batch.Frames[row], 1, 50);
                Assert.All(batch.Codes.AsSpan(row * 150, 150)[(batch.Frames[row] * 3)..].ToArray(), code => Assert.Equal(0, code));
                seen.Add(batch.Captions[row] ?? "");
            }
        }

        Assert.Superset(new HashSet<string>(["", "sound 0", "noise 1", "l2 any", "l0 any", "sound 3", "sound 0 noise 1"]), seen);
    }

    [Fact]
    public void Next_ShortFile_IsValidUpToItsEnd()
    {
        GeneratorDataSettings settings = Settings();
        settings.Weights = new() { ["l3"] = new StepValue(1) };
        settings.Mixtures = 0;
        settings.PitchSemitones = 0;
        Assert.All(_tiny.Prepare(settings).Next(0).Frames, frames => Assert.InRange(frames, 37, 38));
    }

    [Fact]
    public void Next_Weights_ChangeWithTheStep()
    {
        GeneratorDataSettings settings = Settings();
        settings.Captions.LabelProbability = 1;
        settings.TextDrop = 0;
        settings.Mixtures = 0;
        settings.Weights = new() { ["env"] = new StepValue(1), ["music"] = new StepValue(1), ["l1"] = new StepValue(new Dictionary<int, double> { [10] = 1e9 }) };
        GeneratorData data = _tiny.Prepare(settings);
        Assert.DoesNotContain("l1 any", Enumerable.Range(0, 10).SelectMany(step => data.Next(step).Captions));
        Assert.All(Enumerable.Range(10, 10).SelectMany(step => data.Next(step).Captions), caption => Assert.Equal("l1 any", caption));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 400)]
    [InlineData(0.1, 40)]
    public void Next_TextDrop_IsByRow(double probability, int expected)
    {
        GeneratorDataSettings settings = Settings();
        settings.TextDrop = probability;
        GeneratorData data = _tiny.Prepare(settings);
        int dropped = Enumerable.Range(0, 100).Sum(step => data.Next(step).Captions.Count(c => c is null));
        Assert.InRange(dropped, expected - (probability is 0 or 1 ? 0 : 20), expected + (probability is 0 or 1 ? 0 : 20));
    }

    [Fact]
    public void Prepare_WeightsOfNothing_AreRefusedAtTheStart()
    {
        GeneratorDataSettings settings = Settings();
        settings.Weights = new() { ["env"] = new StepValue(new Dictionary<int, double> { [0] = 1, [100] = 0 }) };
        ConfigException error = Assert.Throws<ConfigException>(() => _tiny.Prepare(settings));
        Assert.Equal("data.weights", error.Key);
    }

    [Fact]
    public void Validation_HasEveryFileOnce_WithItsUsualCaption()
    {
        IReadOnlyList<GeneratorBatch> batches = _tiny.Prepare(Settings()).Validation();
        GeneratorBatch batch = Assert.Single(batches);
        Assert.Equal(["sound 0", "sound 1", "l2 any", "sound 3"], batch.Captions);
        Assert.Equal([50, 50, 50, 38], batch.Frames);
        AssertEqual(batch, _tiny.Prepare(Settings(), seed: 9).Validation()[0]);
    }

    [Fact]
    public void Prepare_WithoutFolder_KeepsNothingAndEncodesEachFileOnce()
    {
        _ = _tiny.Prepare(Settings(), folder: null);
        Assert.StartsWith("encoded 4 of 4", _tiny.Lines[0], StringComparison.Ordinal);
        Assert.False(Directory.Exists(_tiny["tokens"]));
    }

    [Fact]
    public void Prepare_FolderOfTheRecipe_GoesBeforeThatOfTheRun()
    {
        GeneratorDataSettings settings = Settings();
        settings.Tokens = _tiny["shared"];
        _ = _tiny.Prepare(settings);
        Assert.True(File.Exists(Path.Combine(_tiny["shared"], "index.json")));
        Assert.False(Directory.Exists(_tiny["tokens"]));
    }

    private static GeneratorDataSettings Settings() => new() { CropSeconds = 0.05, BatchSize = 4, Variants = 2, Mixtures = 1, TextDrop = 0.1 };

    private static void AssertEqual(GeneratorBatch expected, GeneratorBatch actual)
    {
        Assert.Equal(expected.Codes, actual.Codes);
        Assert.Equal(expected.Frames, actual.Frames);
        Assert.Equal(expected.Captions, actual.Captions);
    }
}
