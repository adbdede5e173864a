using System.Text.Json;
using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Classification;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Numerics;
using AudioCodec.TestSupport;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Runs;
using AudioCodec.Training.Trainers;

namespace AudioCodec.Training.Tests.Trainers;

[Collection("alone")]
public sealed class ClassifierTrainerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("audiocodec-classifier").FullName;

    public ClassifierTrainerTests()
    {
        string codec = Directory.CreateDirectory(Path.Combine(_folder, "codec")).FullName;
        EncodecConfigJson.Write(Path.Combine(codec, "config.json"), TinyConfigs.Causal, CheckpointStatus.Release);
        File.Copy(Fixtures.Path($"golden/{TinyConfigs.Causal.Name}.weights.safetensors"), Path.Combine(codec, "model.safetensors"));
        var lines = new List<string>();
        for (int i = 0; i < 10; i++)
        {
            // Low tones and high ones; the last of each are for validation.
            string label = i % 2 == 0 ? "low tone" : "high tone";
            int number = i;
            Write($"{i}.wav", t => (float)(0.3 * Math.Sin(2 * Math.PI * ((number % 2 == 0 ? 300 : 2500) + (20 * number)) * t / 8000)));
            lines.Add($$"""{"path": "{{i}}.wav", "kind": "env", "split": "{{(i < 8 ? "train" : "valid")}}", "labels": ["{{label}}"]}""");
        }

        SplitMix random = new(1);
        Write("noise.wav", _ => (float)random.NextDouble(-0.1, 0.1));
        lines.Add("""{"path": "noise.wav", "kind": "env", "split": "train", "labels": ["noise"]}""");
        File.WriteAllLines(Path.Combine(_folder, "manifest.jsonl"), lines);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Load_Recipe_HasTheTenClasses()
    {
        ClassifierTrainSettings settings = SettingsFile.Load<ClassifierTrainSettings>(Path.Combine(Fixtures.RepositoryRoot, "configs", "train", "classifier_esc10.yaml"), []);
        Assert.Equal(10, settings.ToModelConfig().Labels.Count);
        Assert.Equal(24000, settings.ToModelConfig().SampleRateHz);
    }

    [Fact]
    public void Run_ResumedHalfway_EqualsUnbrokenRun()
    {
        TestTorch.Require();
        Train("unbroken", 6);
        Train("broken", 3);
        Train("broken", 6);
        StateDict expected = State("unbroken"), actual = State("broken");
        Assert.Equal(expected.Tensors.Keys.Order(), actual.Tensors.Keys.Order());
        Assert.All(expected.Tensors, t => Assert.Equal(t.Value.Values, actual.Tensors[t.Key].Values));
    }

    [Fact]
    public void Run_Tones_AreToldApart()
    {
        TestTorch.Require();
        Train("run", 60);
        JsonElement valid = JsonDocument.Parse(File.ReadAllLines(Path.Combine(_folder, "run", "log.jsonl")).Last(l => l.Contains("\"kind\":\"valid\"", StringComparison.Ordinal))).RootElement;
        foreach (string name in new[] { "cross_validation_original", "cross_validation_codec", "ensemble_original", "ensemble_codec" })
        {
            // The codec of the test has random weights: what it makes of a tone is no tone.
            Assert.InRange(valid.GetProperty("valid_" + name).GetDouble(), name.EndsWith("original", StringComparison.Ordinal) ? 99 : 0, 100);
            Assert.True(valid.TryGetProperty(name + "_low_tone", out _));
        }

        SoundClassifier classifier = SoundClassifier.LoadFolder(Path.Combine(_folder, "run"));
        Assert.Equal(Math.Round(valid.GetProperty("temperature").GetDouble(), 3), classifier.Config.Temperature);
        float[] heard = classifier.Classify(AudioFile.ReadAll(Path.Combine(_folder, "9.wav"))).Probabilities;
        Assert.True(heard[1] > 0.5, $"{heard[1]}");
    }

    [Fact]
    public void Run_DryRun_MakesOneStepAndWritesNothing()
    {
        TestTorch.Require();
        var lines = new List<string>();
        using var trainer = new ClassifierTrainer(Tiny(), Options("run") with { DryRun = true, Report = lines.Add });
        Assert.Equal(0, trainer.Run(CancellationToken.None));
        Assert.Contains(lines, l => l.StartsWith("dry run:", StringComparison.Ordinal) && l.Contains("loss", StringComparison.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(_folder, "run")));
    }

    [Fact]
    public void Constructor_BadSetting_NamesTheKey()
    {
        TestTorch.Require();
        void Throws(string key, Action<ClassifierTrainSettings> change, string? codec = "codec")
        {
            ClassifierTrainSettings settings = Tiny();
            change(settings);
            ConfigException error = Assert.Throws<ConfigException>(() =>
            {
                using var trainer = new ClassifierTrainer(settings, Options("run") with { Codec = codec is null ? null : Path.Combine(_folder, codec) });
                trainer.Run(CancellationToken.None);
            });
            Assert.Equal(key, error.Key);
        }

        Throws("model.labels", s => s.Model["labels"] = new System.Text.Json.Nodes.JsonArray("one"));
        Throws("model.temperature", s => s.Model["temperature"] = 2);
        Throws("model.sample_rate_hz", s => s.Model["sample_rate_hz"] = 16000);
        Throws("data.fold_pattern", s => s.Data.FoldPattern = "(");
        Throws("data.fold_pattern", s => s.Data.FoldPattern = "no group");
        Throws("data.bandwidth_weights", s => s.Data.BandwidthWeights = new() { [7] = 1 });
        Throws("run.valid_bandwidth", s => s.Run.ValidBandwidth = 7);
        Throws("optimizer.ema_decay", s => s.Optimizer.EmaDecay = 0.9);
        Throws("codec", _ => { }, null);
        Throws("model.labels", s => s.Model["labels"] = new System.Text.Json.Nodes.JsonArray("low tone", "cat"));
    }

    private static ClassifierTrainSettings Tiny() => SettingsFile.Parse<ClassifierTrainSettings>("""
        model: {name: tiny, labels: [low tone, high tone], sample_rate_hz: 8000, fft_size: 256, hop_samples: 160, mel_bands: 16, window_frames: 20, window_step_frames: 10, filters: [8, 8], embedding: 8, members: 2}
        data: {folds: 2, batch_size: 8, variants: 2, bandwidth_weights: {8: 1, 16: 1}, equalizer_db: 1, mask_bands: 1, mask_frames: 3, pitch_semitones: 0, mix_probability: 0.2, dropout: 0, original_share: 0.9}
        optimizer: {lr: 0.02, betas: [0.9, 0.999], ema_decay: 0, clip_norm: 5, schedule: cosine, warmup_steps: 5}
        run: {steps: 60, log_every: 10, save_every: 100, valid_every: 30, valid_bandwidth: 16}
        """);

    private void Write(string name, Func<int, float> sample)
    {
        using FileStream file = File.Create(Path.Combine(_folder, name));
        using var writer = new WavWriter(file, 8000, 1, PcmEncoding.S16, 8000);
        writer.Write([.. Enumerable.Range(0, 8000).Select(sample)]);
        writer.Complete();
    }

    private TrainOptions Options(string run) => new()
    {
        DataPath = Path.Combine(_folder, "manifest.jsonl"),
        RunDirectory = Path.Combine(_folder, run),
        Codec = Path.Combine(_folder, "codec"),
        Threads = 1,
    };

    /// <summary>Trains up to a step as a session that is then stopped would.</summary>
    private void Train(string run, int until)
    {
        using var trainer = new ClassifierTrainer(Tiny(), Options(run) with { StopAtStep = until });
        Assert.Equal(until, trainer.Run(CancellationToken.None));
    }

    private StateDict State(string run)
    {
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(_folder, run, RunCheckpoint.StateFile));
        return file.ToStateDict();
    }
}
