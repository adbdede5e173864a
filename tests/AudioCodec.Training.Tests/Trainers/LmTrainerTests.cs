using System.Text.Json;
using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Entropy;
using AudioCodec.Models;
using AudioCodec.TestSupport;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Runs;
using AudioCodec.Training.Trainers;

namespace AudioCodec.Training.Tests.Trainers;

[Collection("alone")]
public sealed class LmTrainerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("audiocodec-lm").FullName;

    public LmTrainerTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "data"));
        for (int i = 0; i < 3; i++)
        {
            WriteSound(Path.Combine(_folder, "data", $"{i}.wav"), i, 1200);
        }

        InstallCodec("codec", 1);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Recipes() =>
        [.. Directory.GetFiles(Path.Combine(Fixtures.RepositoryRoot, "configs", "train"), "lm_*.yaml").Select(f => Path.GetFileName(f))];

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Load_Recipe_FitsTheOfficialCodec(string name)
    {
        LmTrainSettings settings = SettingsFile.Load<LmTrainSettings>(Path.Combine(Fixtures.RepositoryRoot, "configs", "train", name), []);
        settings.Validate();
        Assert.Equal([2, 4, 8, 16, 32], settings.Bandwidths(EncodecConfig.Encodec24Khz).Select(b => b.Codebooks));
        Assert.Equal(262, settings.ToModelConfig(EncodecConfig.Encodec24Khz, default).Window);
    }

    [Fact]
    public void Run_ResumedHalfway_EqualsUnbrokenRun()
    {
        TestTorch.Require();
        LmTrainSettings settings = Tiny();
        settings.Data.Dropout = 0.1;
        Train(settings, "unbroken", 10);
        Train(settings, "broken", 5);
        Train(settings, "broken", 10);

        StateDict expected = State("unbroken"), actual = State("broken");
        Assert.Equal(expected.Tensors.Keys.Order(), actual.Tensors.Keys.Order());
        Assert.All(expected.Tensors, t => Assert.Equal(t.Value.Values, actual.Tensors[t.Key].Values));
    }

    [Fact]
    public void Run_ShortSequence_IsLearnedByHeart()
    {
        TestTorch.Require();
        foreach (string file in Directory.GetFiles(Path.Combine(_folder, "data"))[1..])
        {
            File.Delete(file);
        }

        LmTrainSettings settings = Tiny();
        (settings.Data.ValidSplit, settings.Data.Variants, settings.Data.BatchSize) = ("", 1, 1);
        (settings.Run.Steps, settings.Run.ValidEvery, settings.Run.LogEvery) = (120, 120, 60);
        settings.Optimizer.Lr = 0.01;
        settings.Data.BandwidthWeights = new() { [16] = 1 };
        settings.Data.ChunkSeconds = 0.15;
        Train(settings, "run", 120);

        JsonElement valid = JsonDocument.Parse(File.ReadAllLines(Path.Combine(_folder, "run", "log.jsonl"))
            .Last(l => l.Contains("\"kind\":\"valid\"", StringComparison.Ordinal))).RootElement;
        Assert.InRange(valid.GetProperty("bits_at_16").GetDouble(), 0, 0.2);
        Assert.InRange(valid.GetProperty("valid_saving_16").GetDouble(), 95, 100);
    }

    [Fact]
    public void Run_Export_LoadsInManagedEngineAndNamesItsCodec()
    {
        TestTorch.Require();
        Train(Tiny(), "run", 4);
        string run = Path.Combine(_folder, "run");
        EntropyModelConfig config = EntropyModelConfig.Parse(File.ReadAllBytes(Path.Combine(run, "config.json")), "config.json");
        EntropyModel model = EntropyModel.Load(config, CheckpointLoader.LoadTensors(run));
        LoadedCheckpoint codec = CheckpointLoader.Load(Path.Combine(_folder, "codec"));

        Assert.Equal(CodecFingerprint.OfCodes(codec.Config, codec.Weights), config.CodecFingerprint);
        Assert.Equal((codec.Config.Name, codec.Config.Name + "_lm", CheckpointStatus.Preview), (config.Codec, config.Name, config.Status));
        Assert.Equal(4, model.Config.Codebooks);
        Assert.Throws<CheckpointException>(() => config.RequireCodec(codec.Config, () => model.Fingerprint, "model"));
        config.RequireCodec(codec.Config, () => CodecFingerprint.OfCodes(codec.Config, codec.Weights), "model");
    }

    /// <summary>Of very simple sounds nothing is left for the later codebooks, whose codewords are then all zero.</summary>
    [Fact]
    public void Run_CodebooksOfZeros_StartFinite()
    {
        TestTorch.Require();
        LoadedCheckpoint codec = CheckpointLoader.Load(Path.Combine(_folder, "codec"));
        Dictionary<string, CheckpointTensor> tensors = new(codec.Weights.Tensors, StringComparer.Ordinal);
        string last = $"quantizer.vq.layers.{codec.Config.Codebooks - 1}._codebook.embed";
        tensors[last] = new CheckpointTensor(tensors[last].Shape, new float[tensors[last].Values.Length]);
        CheckpointFolder.SaveCodec(Path.Combine(_folder, "codec"), codec.Config, new StateDict("zeros", tensors), CheckpointStatus.Preview, TensorType.F32);
        Train(Tiny(), "run", 2);
        Assert.All(CheckpointLoader.LoadTensors(Path.Combine(_folder, "run")).Tensors, tensor => Assert.DoesNotContain(tensor.Value.Values, value => !float.IsFinite(value)));
    }

    [Fact]
    public void Run_CodecWithOtherWeights_IsRefusedOnResume()
    {
        TestTorch.Require();
        Train(Tiny(), "run", 2);
        InstallCodec("other", 1.5f);
        CheckpointException error = Assert.Throws<CheckpointException>(() => new LmTrainer(Tiny(), Options("run") with { Codec = Path.Combine(_folder, "other") }));
        Assert.Contains("codec given now", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_SecondTime_ReadsTheCodesThatWereKept()
    {
        TestTorch.Require();
        Train(Tiny(), "run", 2);
        var lines = new List<string>();
        using (var trainer = new LmTrainer(Tiny(), Options("run") with { StopAtStep = 3, Report = lines.Add }))
        {
            trainer.Run(CancellationToken.None);
        }

        Assert.DoesNotContain(lines, l => l.StartsWith("encoded", StringComparison.Ordinal));
        LmTrainSettings changed = Tiny();
        changed.Data.Variants = 3;
        using (var trainer = new LmTrainer(changed, Options("run") with { StopAtStep = 4, Report = lines.Add }))
        {
            trainer.Run(CancellationToken.None);
        }

        Assert.Contains(lines, l => l.StartsWith("encoded 3 of 3 files", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_DryRun_MakesOneStepAndWritesNothing()
    {
        TestTorch.Require();
        var lines = new List<string>();
        using var trainer = new LmTrainer(Tiny(), Options("run") with { DryRun = true, Report = lines.Add });
        Assert.Equal(0, trainer.Run(CancellationToken.None));
        Assert.Contains(lines, l => l.StartsWith("dry run:", StringComparison.Ordinal) && l.Contains("bits", StringComparison.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(_folder, "run")));
    }

    [Fact]
    public void Constructor_BadSetting_NamesTheKey()
    {
        TestTorch.Require();
        void Throws(string key, Action<LmTrainSettings> change, string? codec = "codec")
        {
            LmTrainSettings settings = Tiny();
            change(settings);
            ConfigException error = Assert.Throws<ConfigException>(() =>
                new LmTrainer(settings, Options("run") with { Codec = codec is null ? null : Path.Combine(_folder, codec) }));
            Assert.Equal(key, error.Key);
        }

        Throws("model.heads", s => s.Model["heads"] = 3);
        Throws("model.codebooks", s => s.Model["codebooks"] = 3);
        Throws("data.bandwidth_weights", s => s.Data.BandwidthWeights = new() { [6] = 1 });
        Throws("data.variants", s => s.Data.Variants = 0);
        Throws("optimizer.lr", s => s.Optimizer.Lr = 0);
        Throws("codec", _ => { }, null);
        Assert.Throws<ModelNotFoundException>(() => new LmTrainer(Tiny(), Options("run") with { Codec = Path.Combine(_folder, "nothing") }));
    }

    [Fact]
    public void Run_LossNotFinite_StopsAndKeepsCheckpoint()
    {
        TestTorch.Require();
        LmTrainSettings settings = Tiny();
        Train(settings, "run", 4);
        settings.Optimizer.Lr = 1e30;
        settings.Optimizer.ClipNorm = 0;
        using var trainer = new LmTrainer(settings, Options("run"));

        TrainingException error = Assert.Throws<TrainingException>(() => trainer.Run(CancellationToken.None));

        Assert.Contains("not finite", error.Message, StringComparison.Ordinal);
        Assert.All(State("run").Tensors.Values, t => Assert.All(t.Values, v => Assert.True(float.IsFinite(v))));
    }

    private static LmTrainSettings Tiny() => SettingsFile.Parse<LmTrainSettings>("""
        model: {dimension: 32, layers: 1, heads: 4, feed_forward: 64, window: 50}
        data: {chunk_seconds: 0.04, batch_size: 3, split: "", valid_split: none, variants: 2, bandwidth_weights: {4: 1, 16: 2}}
        optimizer: {lr: 0.003, betas: [0.9, 0.98], warmup_steps: 5, schedule: cosine, clip_norm: 1, ema_decay: 0.9, weight_decay: 0.01}
        run: {steps: 20, log_every: 2, save_every: 100, valid_every: 1000, valid_files: 2, valid_seconds: 0.5, valid_bandwidth: 16}
        """);

    private static void WriteSound(string path, int seed, int length)
    {
        var random = new Random(seed);
        using FileStream file = File.Create(path);
        using var writer = new WavWriter(file, 8000, 1, PcmEncoding.S16, length);
        writer.Write([.. Enumerable.Range(0, length).Select(i => (0.4f * MathF.Sin(0.1f * (seed + 1) * i)) + (0.1f * random.NextSingle()))]);
        writer.Complete();
    }

    /// <summary>The tiny golden codec, its weights scaled so that there can be others of the same name.</summary>
    private void InstallCodec(string name, float scale)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        EncodecConfigJson.Write(Path.Combine(folder, "config.json"), TinyConfigs.Causal, CheckpointStatus.Release);
        using SafetensorsFile golden = SafetensorsFile.Open(Fixtures.Path($"golden/{TinyConfigs.Causal.Name}.weights.safetensors"));
        var writer = new SafetensorsWriter();
        foreach ((string tensor, CheckpointTensor value) in golden.ToStateDict().Tensors)
        {
            writer.Add(tensor, value.Shape, Array.ConvertAll(value.Values, v => v * scale));
        }

        writer.Save(Path.Combine(folder, "model.safetensors"));
    }

    private TrainOptions Options(string run) => new()
    {
        DataPath = Path.Combine(_folder, "data"),
        RunDirectory = Path.Combine(_folder, run),
        Codec = Path.Combine(_folder, "codec"),
        Threads = 1,
    };

    /// <summary>Trains up to a step as a session that is then stopped would.</summary>
    private void Train(LmTrainSettings settings, string run, int until)
    {
        using var trainer = new LmTrainer(settings, Options(run) with { StopAtStep = until });
        Assert.Equal(until, trainer.Run(CancellationToken.None));
    }

    private StateDict State(string run)
    {
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(_folder, run, RunCheckpoint.StateFile));
        return file.ToStateDict();
    }
}
