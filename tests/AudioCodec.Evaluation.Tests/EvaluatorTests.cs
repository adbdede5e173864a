using System.Text.Json;
using System.Xml.Linq;
using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Entropy;
using AudioCodec.Evaluation.Reports;
using AudioCodec.Models;
using AudioCodec.TestSupport;

namespace AudioCodec.Evaluation.Tests;

public sealed class EvaluatorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public EvaluatorTests()
    {
        WriteWav("speech/voice.wav", i => (0.4f * MathF.Sin(i * 0.11f) * (1 + MathF.Sin(i * 0.0011f)) / 2) + (0.05f * Noise(i)), 24000);
        WriteWav("music/chord.wav", i => (0.2f * MathF.Sin(i * 0.05f)) + (0.2f * MathF.Sin(i * 0.0667f)), 20000);
        WriteWav("music/silence.wav", _ => 0, 8000);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_CodecThatDelaysAndAddsNoise_IsAlignedAndMeasured()
    {
        EvaluationResult result = Run([new NoisyCodec(delay: 37)]);

        RatePoint music = Assert.Single(result.Points, p => p.Kind == "music" && p.RateKbps == 8);
        Assert.Equal(2, music.Files);
        Assert.Equal(8, music.ActualKbps, 0.05);
        Assert.Equal(0.75, music.EntropyCodedKbps / music.ActualKbps, 1e-9);
        Assert.Equal(37, music.LagSamples.Max);
        Assert.True(double.IsNaN(music.Stoi));

        // Only the chord counts: silence has no SI-SDR. Noise of variance 1e-4/3 under a chord of power 0.04.
        Assert.InRange(music.SiSdrDb, 28, 32);
        ClipScores silent = Assert.Single(result.Scores, s => s.Clip.Title == "silence" && s.RateKbps == 8);
        Assert.True(double.IsNaN(silent.SiSdrDb));

        RatePoint speech = Assert.Single(result.Points, p => p.Kind == "speech" && p.RateKbps == 8);
        Assert.InRange(speech.Stoi, 0.5, 1);
        Assert.Equal([4, 1], speech.Perplexities.Select(p => Math.Round(p, 9)));
        Assert.True(Assert.Single(result.Points, p => p.Kind == "speech" && p.RateKbps == 16).Mel < speech.Mel);
    }

    [Fact]
    public void Run_TwoThreads_GiveTheSameTable()
    {
        EvaluationResult one = Run([new NoisyCodec(0)]), two = Run([new NoisyCodec(0)], threads: 2);
        Assert.Equal(EvaluationJson.Write(one), EvaluationJson.Write(two));
    }

    [Fact]
    public void Run_FileThatIsNoAudio_IsNotedAndLeftOut()
    {
        File.WriteAllBytes(_folder["music/broken.wav"], "RIFF\0\0\0\0WAVEnonsense"u8.ToArray());
        EvaluationResult result = Run([new NoisyCodec(0)]);
        Assert.Contains(result.Notes, n => n.Contains("broken.wav", StringComparison.Ordinal));
        Assert.All(result.Points.Where(p => p.Kind == "music"), p => Assert.Equal(2, p.Files));
    }

    [Fact]
    public void Run_TinyGoldenModel_GivesRatesAndCodes()
    {
        using Codec model = LoadTiny();
        var options = new EvaluationOptions { SampleRateHz = 8000, Channels = 1, MaxSeconds = 0.5 };
        EvaluationResult result = new Evaluator([new EncodecUnderTest(model)], options).Run(EvaluationSet.Load(_folder.Root), null, CancellationToken.None);

        Assert.Equal(2 * model.Info.BandwidthsKbps.Count, result.Points.Count);
        Assert.All(result.Points, p => Assert.InRange(p.ActualKbps, p.RateKbps, (p.RateKbps * 1.1) + 1.5));
        Assert.All(result.Points, p => Assert.Equal(model.Info.Config.CodebooksFor(p.RateKbps), p.Perplexities.Count));
        Assert.All(result.Points.Where(p => p.Kind == "speech"), p => Assert.All(p.Perplexities, v => Assert.InRange(v, 1, 16)));
        Assert.Throws<ConfigException>(() => new EncodecUnderTest(model, [5]));
        Assert.Throws<ConfigException>(() => new EncodecUnderTest(model, withEntropyModel: true));
    }

    [Fact]
    public void Process_UntrainedEntropyModel_CostsAboutAsMuchAsBitPacking()
    {
        EncodecConfig codec = TinyConfigs.Causal;
        var config = new EntropyModelConfig { Name = "lm", Codec = codec.Name, Codebooks = 4, Window = 50, CodebookSize = 16, Dimension = 8, Layers = 1, Heads = 2, FeedForward = 16 };
        EntropyModelFolder.Save(_folder["lm"], config, ZeroWeights(config));
        using Codec model = LoadTiny(_folder["lm"]);
        var audio = new AudioBuffer([.. Enumerable.Range(0, 8000).Select(i => 0.5f * Noise(i))], 1, 8000);
        CodecOutput output = new EncodecUnderTest(model, withEntropyModel: true).Process(audio, 16, CancellationToken.None);

        // Zero weights predict all 16 codes alike: 4 bits each, as packed, and the file's own bytes.
        Assert.Equal(4000, output.Codes?.Length);
        Assert.InRange(output.FileBytes, 2000, 2100);
        Assert.InRange(output.EntropyCodedBytes ?? 0, 2000, 2400);
    }

    [Fact]
    public void Run_OpusAndMp3_AreAlignedAndGrowBetterWithTheRate()
    {
        string? ffmpeg = FfmpegCodec.Find(out string? reason);
        Assert.SkipWhen(ffmpeg is null, reason ?? "");
        EvaluationResult result = Run([FfmpegCodec.Opus(ffmpeg), FfmpegCodec.Mp3(ffmpeg)], kinds: ["speech"]);
        foreach (IGrouping<string, RatePoint> codec in result.Points.GroupBy(p => p.Codec))
        {
            RatePoint[] points = [.. codec];
            Assert.True(points[^1].Mel < points[0].Mel && points[^1].MultiResolutionStft < points[0].MultiResolutionStft);
            Assert.True(points[^1].SiSdrDb > points[0].SiSdrDb && points[^1].SiSdrDb > 8, $"{codec.Key}: {points[^1].SiSdrDb} dB");
            Assert.All(points, p => Assert.InRange(p.ActualKbps, 0.5 * p.RateKbps, (2 * p.RateKbps) + 8));
        }
    }

    [Fact]
    public void HtmlReport_IsOneWellFormedPageWithoutLinks()
    {
        EvaluationResult result = Run([new NoisyCodec(0), new NoisyCodec(3)], examples: 1);
        string page = HtmlReport.Write(result, "Codec <tiny> & more", "Two & three");

        Assert.Contains("Codec &lt;tiny&gt; &amp; more", page, StringComparison.Ordinal);
        string text = System.Text.RegularExpressions.Regex.Replace(page, "base64,[A-Za-z0-9+/=]*", string.Empty);
        Assert.DoesNotContain("http", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", text, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);

        // Void elements aside, the page is XML: every element is closed where it should be.
        string xml = System.Text.RegularExpressions.Regex.Replace(page["<!DOCTYPE html>".Length..], "<(meta|img)([^>]*)>", "<$1$2/>")
            .Replace(" controls ", " controls=\"\" ", StringComparison.Ordinal);
        XDocument document = XDocument.Parse(xml);
        Assert.Equal(2, result.Examples.Count);
        Assert.Equal(2 * 5, document.Descendants("audio").Count());
        Assert.Equal(2 * 5, document.Descendants("img").Count());
        Assert.Equal(3 + 5, document.Descendants("svg").Count());
        Assert.All(document.Descendants("audio"), a => Assert.StartsWith("data:audio/wav;base64,UklGR", a.Attribute("src")!.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void EvaluationJson_HoldsEveryPointAndNoNaN()
    {
        EvaluationResult result = Run([new NoisyCodec(0)]);
        using var json = JsonDocument.Parse(EvaluationJson.Write(result));
        JsonElement points = json.RootElement.GetProperty("points");
        Assert.Equal(result.Points.Count, points.GetArrayLength());
        Assert.Equal(JsonValueKind.Null, points[0].GetProperty("stoi").ValueKind);
        Assert.Equal(result.Points[0].Mel, points[0].GetProperty("mel").GetDouble());
        Assert.Equal(result.Scores.Count, json.RootElement.GetProperty("scores").GetArrayLength());
    }

    [Fact]
    public void ExamplePictures_WritesOnePictureForEachVersion()
    {
        EvaluationResult result = Run([new NoisyCodec(0)], examples: 1);
        string folder = _folder["pictures"];
        IReadOnlyList<string> paths = ExamplePictures.Write(result.Examples, folder, "Noisy0");
        Assert.Equal(2 * 3, paths.Count);
        Assert.All(paths, p => Assert.Equal(0x89, File.ReadAllBytes(p)[0]));
        string table = File.ReadAllText(Path.Combine(folder, "pictures.md"));
        Assert.All(paths, p => Assert.Contains($"({Path.GetFileName(p)})", table, StringComparison.Ordinal));
    }

    private EvaluationResult Run(IReadOnlyList<IEvaluatedCodec> codecs, int threads = 1, int examples = 0, string[]? kinds = null) =>
        new Evaluator(codecs, new EvaluationOptions { SampleRateHz = 24000, Channels = 1, Threads = threads, ExamplesPerKind = examples, ExampleSeconds = 0.5 })
            .Run(EvaluationSet.Load(_folder.Root, kinds: kinds), null, CancellationToken.None);

    private static float Noise(int i) => (((uint)i * 2654435761u) >> 8) / (float)(1 << 23) - 1;

    private Codec LoadTiny(string? entropyModel = null)
    {
        using GoldenFile golden = GoldenFile.Open("encodec_tiny_causal.weights");
        CheckpointFolder.SaveCodec(_folder["codec"], TinyConfigs.Causal, golden.ToStateDict(), CheckpointStatus.Release, TensorType.F32);
        return Codec.Load(_folder["codec"], new CodecOptions { EntropyModel = entropyModel });
    }

    private static StateDict ZeroWeights(EntropyModelConfig config) => new(
        "zeros", EntropyTensors.For(config).ToDictionary(t => t.Name, t => new CheckpointTensor(t.Shape, new float[t.Shape.Aggregate(1, (a, b) => a * b)])));

    private void WriteWav(string name, Func<int, float> sample, int count)
    {
        string path = _folder[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!); // below the test's folder
        using var writer = new WavWriter(File.Create(path), 24000, 1);
        writer.Write([.. Enumerable.Range(0, count).Select(sample)]);
        writer.Complete();
    }

    /// <summary>Delays its input and adds noise, half as much at twice the rate.</summary>
    private sealed class NoisyCodec(int delay) : IEvaluatedCodec
    {
        public string Name => $"Noisy{delay}";

        public IReadOnlyList<double> RatesKbps => [8, 16];

        public bool NeedsAlignment => true;

        public CodecOutput Process(AudioBuffer audio, double rateKbps, CancellationToken cancellationToken)
        {
            float[] late = [.. new float[delay], .. audio.Samples];
            float gain = 0.08f / (float)rateKbps;
            for (int i = 0; i < late.Length && audio.Samples.AsSpan().ContainsAnyExcept(0f); i++)
            {
                late[i] += gain * Noise(i * 7);
            }

            long bytes = 4 * (long)(rateKbps * 250 / 8 * audio.LengthSamples / audio.SampleRateHz);
            return new CodecOutput(new AudioBuffer(late, 1, audio.SampleRateHz), bytes)
            {
                Codes = [0, 9, 1, 9, 2, 9, 3, 9],
                Codebooks = 2,
                CodebookSize = 16,
                EntropyCodedBytes = bytes * 3 / 4,
            };
        }
    }
}
