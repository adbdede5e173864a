using System.Text.Json;
using AudioCodec.Audio;
using AudioCodec.Evaluation.Generation;
using AudioCodec.Evaluation.Reports;
using AudioCodec.Numerics;

namespace AudioCodec.Evaluation.Tests.Generation;

public sealed class GeneratorEvaluatorTests
{
    private static readonly ToneClassifier s_tones = new();
    private static readonly SoundSet s_none = new("none", 0, []);

    [Fact]
    public void Run_GeneratedSounds_CountsAgreementByLabel()
    {
        SoundSet generated = Set("generated", ("a", "low", 300), ("b", "low", 400), ("c", "LOW", 2000), ("d", "high", 3000));
        GeneratorScores row = Assert.Single(new GeneratorEvaluator(s_tones, s_tones).Run([generated], s_none, s_none).Rows);
        Assert.Equal(new Proportion(3, 4), row.Agreement);
        Assert.Equal(new Proportion(2, 3), row.ByLabel["low"]);
        Assert.Equal(new Proportion(1, 1), row.ByLabel["high"]);
        Assert.Equal([2, 1], row.Confusion["low"]);
        Assert.Equal(1, row.Seconds, 1e-9);
        Assert.True(double.IsNaN(row.Divergence) && double.IsNaN(row.MedianNearest));
        Assert.Null(row.Frechet);
    }

    [Fact]
    public void Run_WithRecordings_MeasuresDivergenceDistanceAndCopies()
    {
        SoundSet reference = new("reference", 6, [.. Enumerable.Range(0, 6).Select(i => Bursts($"r{i}", "low", 300 + (10 * i), i))]);
        SoundSet real = new("real", 2, [Bursts("x", "low", 320, 50), Bursts("y", "low", 340, 51)]);
        SoundSet generated = new("generated", 3, [Bursts("copy", "low", 320, 2), Bursts("other", "low", 350, 60), Bursts("wrong", "low", 2500, 61)]);
        var seen = new List<GeneratorProgress>();
        GeneratorEvaluationResult result = new GeneratorEvaluator(s_tones, s_tones).Run([generated, real], real, reference, new Steps(seen.Add));
        Assert.Equal(13, seen[^1].Done);
        Assert.Equal(13, seen[^1].Total);

        // The pair of "wrong" gives 0.9 ln(0.9 / 0.2) + 0.1 ln(0.1 / 0.8), the others 0.
        Assert.Equal(((0.9 * Math.Log(4.5)) + (0.1 * Math.Log(0.125))) / 3, result.Rows[0].Divergence, 1e-4);
        Assert.Equal(0, result.Rows[1].Divergence, 1e-5);
        Assert.True(result.Rows[0].Frechet!.Distance > 0);
        Assert.Null(result.Rows[1].Frechet);
        Assert.InRange(result.NearDistance, 0.1, 1);
        Assert.EndsWith(" %", GeneratorColumns.Cells(result, result.Rows[0])[^1], StringComparison.Ordinal);
        Assert.Equal(("r2", 0.0), (result.Rows[0].Nearest[0].Clip, Math.Round(result.Rows[0].Nearest[0].Distance, 2)));
        Assert.All(result.Rows[0].Nearest.Skip(1), nearest => Assert.True(nearest.Distance > 0.05, $"{nearest}"));
        Assert.True(result.Floor >= 0);
        Assert.Equal(result.Rows[0].Frechet!.Vectors, result.CommonCount);
    }

    [Fact]
    public void Run_LabelsWithoutRecordings_AreLeftOutOfDistances()
    {
        SoundSet real = Set("real", ("x", "low", 300), ("y", "low", 310), ("z", "low", 330));
        SoundSet generated = Set("generated", ("a", "low", 300), ("b", "low", 320), ("c", "high", 3000));
        GeneratorEvaluationResult result = new GeneratorEvaluator(s_tones, s_tones).Run([generated, real], real, s_none);
        GeneratorEvaluationResult without = new GeneratorEvaluator(s_tones, s_tones).Run([Set("generated", ("a", "low", 300), ("b", "low", 320))], real, s_none);
        Assert.Equal(without.Rows[0].Frechet!.Distance, result.Rows[0].Frechet!.Distance);
        Assert.Equal(without.Rows[0].Divergence, result.Rows[0].Divergence);
        Assert.Contains(result.Notes, note => note.Contains("no recordings of high", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_OtherRateAndChannels_AreConverted()
    {
        float[] left = ToneClassifier.Tone(500, 44100, 44100).Samples;
        var sample = new SoundSample("stereo", "", "low", new AudioBuffer([.. left, .. left], 2, 44100));
        GeneratorScores row = new GeneratorEvaluator(s_tones, s_tones).Run([new SoundSet("one", 1, [sample])], s_none, s_none).Rows[0];
        Assert.Equal(new Proportion(1, 1), row.Agreement);
    }

    [Fact]
    public void Run_NothingOrUnknownLabels_AreRefused()
    {
        var evaluator = new GeneratorEvaluator(s_tones, s_tones);
        Assert.Throws<AudioFormatException>(() => evaluator.Run([s_none], s_none, s_none));
        ConfigException unknown = Assert.Throws<ConfigException>(() => evaluator.Run([Set("g", ("a", "middle", 500))], s_none, s_none));
        Assert.Contains("low, high", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Cancelled_Stops()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => new GeneratorEvaluator(s_tones, s_tones).Run([Set("g", ("a", "low", 500))], s_none, s_none, null, stop.Token));
    }

    [Fact]
    public void Reports_OfOneSample_HoldTheFigures()
    {
        SoundSet one = Set("one <sound>", ("a", "low", 500));
        SoundSet reference = Set("reference", ("r", "low", 310), ("s", "high", 2000));
        GeneratorEvaluationResult result = new GeneratorEvaluator(s_tones, s_tones).Run([one, reference], reference, reference);
        using JsonDocument json = JsonDocument.Parse(GeneratorJson.Write(result));
        JsonElement row = json.RootElement.GetProperty("rows")[0];
        Assert.Equal(1, row.GetProperty("agreement").GetProperty("hits").GetInt32());
        Assert.Equal(JsonValueKind.Null, row.GetProperty("frechet").ValueKind == JsonValueKind.Null ? JsonValueKind.Null : row.GetProperty("frechet").GetProperty("infinite").ValueKind);
        string page = GeneratorHtml.Write(result, "title & more", "summary");
        Assert.Contains("one &lt;sound&gt;", page, StringComparison.Ordinal);
        Assert.Contains("title &amp; more", page, StringComparison.Ordinal);
        Assert.Contains("100.0 %", page, StringComparison.Ordinal);
        Assert.Contains("data:audio/wav", page, StringComparison.Ordinal);
        Assert.Equal(GeneratorColumns.Headings(result).Count, GeneratorColumns.Cells(result, result.Rows[0]).Count);
        Assert.All(GeneratorColumns.LabelRows(result), cells => Assert.Equal(3, cells.Count));
    }

    private static SoundSet Set(string name, params (string Name, string Label, double Hz)[] sounds) =>
        new(name, sounds.Length, [.. sounds.Select(sound => new SoundSample(sound.Name, "", sound.Label, ToneClassifier.Tone(sound.Hz)))]);

    /// <summary>A tone whose loudness goes up and down at random, every tenth of a second.</summary>
    private static SoundSample Bursts(string name, string label, double hz, long seed)
    {
        SplitMix random = SplitMix.For(seed, 0, 0);
        AudioBuffer tone = ToneClassifier.Tone(hz, 16000);
        double gain = 1;
        for (int i = 0; i < tone.LengthSamples; i++)
        {
            gain = i % 1600 == 0 ? Math.Pow(10, -2 * random.NextDouble()) : gain;
            tone.Samples[i] *= (float)gain;
        }

        return new SoundSample(name, "", label, tone);
    }

    private sealed class Steps(Action<GeneratorProgress> take) : IProgress<GeneratorProgress>
    {
        public void Report(GeneratorProgress value) => take(value);
    }
}
