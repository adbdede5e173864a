using System.Text.Json;
using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Generation.Loading;
using AudioCodec.Generation.Transformer;
using AudioCodec.TestSupport;
using AudioCodec.Text;
using AudioCodec.Torch.Generation;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Runs;
using AudioCodec.Training.Trainers;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Tests.Trainers.Generation;

[Collection("alone")]
public sealed class GeneratorTrainerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("audiocodec-generator").FullName;

    public GeneratorTrainerTests()
    {
        var manifest = new List<string>();
        for (int i = 0; i < 6; i++)
        {
            string split = i < 4 ? "train" : "valid";
            string sound = i % 2 == 0 ? "a low hum" : "a high tone";
            WriteSound(Path.Combine(_folder, $"{i}.wav"), i % 2 == 0 ? 0.05f : 0.9f, i, 1200);
            manifest.Add($$"""{"path": "{{i}}.wav", "split": "{{split}}", "kind": "env", "captions": ["{{sound}}"], "labels": ["{{sound[2..]}}"]}""");
        }

        File.WriteAllLines(Path.Combine(_folder, "manifest.jsonl"), manifest);
        InstallCodec("codec", 1);
    }

    public static TheoryData<string> Recipes() =>
        [.. Directory.GetFiles(Path.Combine(Fixtures.RepositoryRoot, "configs", "train"), "generator_*.yaml").Select(f => Path.GetFileName(f))];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Load_Recipe_FitsTheOfficialCodec(string name)
    {
        GeneratorTrainSettings settings = SettingsFile.Load<GeneratorTrainSettings>(Path.Combine(Fixtures.RepositoryRoot, "configs", "train", name), []);
        settings.Text.FindTokenizer(Path.Combine(Fixtures.RepositoryRoot, "configs", "train"));
        Assert.InRange(T5Tokenizer.Load(settings.Text.Tokenizer, 10000).PieceCount, 500, 2000);
        Assert.Equal(4, settings.ToModelConfig(EncodecConfig.Encodec24Khz, 128).Codebooks);
    }

    [Theory]
    [InlineData("fp32")]
    [InlineData("bf16")]
    public void Run_ResumedHalfway_EqualsUnbrokenRun(string precision)
    {
        TestTorch.Require();
        GeneratorTrainSettings settings = Tiny();
        Train(settings, "unbroken", 10, precision);
        Train(settings, "broken", 5, precision);
        Train(settings, "broken", 10, precision);

        StateDict expected = State("unbroken"), actual = State("broken");
        Assert.Equal(expected.Tensors.Keys.Order(), actual.Tensors.Keys.Order());
        Assert.All(expected.Tensors, t => Assert.Equal(t.Value.Values, actual.Tensors[t.Key].Values));
    }

    [Fact]
    public void Run_TwoSounds_AreToldApartByTheirTexts()
    {
        TestTorch.Require();
        GeneratorTrainSettings settings = Tiny();
        (settings.Run.Steps, settings.Run.ValidEvery, settings.Run.LogEvery, settings.Model.Dropout, settings.Data.Variants) = (150, 50, 50, 0, 1);
        settings.Optimizer.Lr = 0.01;
        Train(settings, "run", 150);

        JsonElement[] valid = Validations("run");
        Assert.Equal(3, valid.Length);
        double with = valid[^1].GetProperty("valid_cross_entropy").GetDouble(), without = valid[^1].GetProperty("valid_cross_entropy_no_text").GetDouble();
        Assert.InRange(with, 0, Math.Log(16) - 0.5);
        Assert.True(with < without, $"{with} with texts, {without} without");
        Assert.Equal(Math.Exp(valid[^1].GetProperty("cross_entropy_0").GetDouble()), valid[^1].GetProperty("perplexity_0").GetDouble(), 1e-6);
    }

    /// <summary>What is exported is the model of the best validation, and the managed engine computes with it what the network does.</summary>
    [Fact]
    public void Run_Export_IsAGeneratorOfTheManagedEngine()
    {
        TestTorch.Require();
        GeneratorTrainSettings settings = Tiny();
        settings.Optimizer.EmaDecay = 0;
        settings.Run.ValidEvery = 6;
        Train(settings, "run", 6);
        using var trainer = new GeneratorTrainer(settings, Options("run"));
        using GeneratorCheckpoint checkpoint = GeneratorCheckpoint.Open(Path.Combine(_folder, "run"));
        LoadedCheckpoint codec = CheckpointLoader.Load(Path.Combine(_folder, "codec"));
        checkpoint.Config.RequireCodec(codec.Config, () => CodecFingerprint.OfCodes(codec.Config, codec.Weights), "run");

        T5Tokenizer tokenizer = T5Tokenizer.Load(checkpoint.Tokenizer!, checkpoint.Config.TextEncoder!.VocabularySize);
        int[] ids = tokenizer.Encode("a low hum");
        int[] tokens = [.. Enumerable.Range(0, 5 * 4).Select(i => i * 7 % 17)];
        (float[] states, float[] expected) = Run(trainer.Network, ids, tokens);
        using TokenModel model = TokenModel.Load(checkpoint.Config.Transformer, checkpoint.Transformer);
        using ITokenBatch batch = model.Open([new TextStates(states, checkpoint.Config.TextEncoder.Dimension)], 5);
        var logits = new float[4 * 16];
        batch.Advance(tokens, logits);
        TestTorch.AssertClose(expected, logits, 1e-5);
        Assert.Equal(40, checkpoint.Config.WindowFrames);
    }

    /// <summary>Audio and pictures of every prompt, once at each validation at which they are due.</summary>
    [Fact]
    public void Run_Samples_AreWrittenWhenDue()
    {
        TestTorch.Require();
        GeneratorTrainSettings settings = Tiny();
        (settings.Run.ValidEvery, settings.Run.SampleEvery, settings.Run.SamplePrompts) = (2, 4, ["a low hum", ""]);
        using (var trainer = new GeneratorTrainer(settings, Options("run") with { StopAtStep = 6, DrawSpectrogram = audio => [(byte)audio.Channels] }))
        {
            trainer.Run(CancellationToken.None);
        }

        string samples = Path.Combine(_folder, "run", "samples");
        Assert.Equal(["step_000004"], Directory.GetDirectories(samples).Select(f => Path.GetFileName(f)!));
        string[] files = [.. Directory.GetFiles(Path.Combine(samples, "step_000004")).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        Assert.Equal(["a_low_hum.png", "a_low_hum.wav", "no_text.png", "no_text.wav"], files);
        AudioBuffer audio = AudioFile.ReadAll(Path.Combine(samples, "step_000004", "a_low_hum.wav"));
        Assert.Equal((320, 8000), (audio.LengthSamples, audio.SampleRateHz));
    }

    [Fact]
    public void Run_WithAPublishedTextEncoder_LeavesItAsItIsAndNamesIt()
    {
        TestTorch.Require();
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "t5-tiny")).FullName;
        File.Copy(Fixtures.Path("golden/generate_tiny.t5.config.json"), Path.Combine(folder, "config.json"));
        File.Copy(Fixtures.Path("golden/generate_tiny.t5.safetensors"), Path.Combine(folder, "model.safetensors"));
        File.Copy(Fixtures.Path("golden/captions_unigram.model"), Path.Combine(folder, "spiece.model"));
        GeneratorTrainSettings settings = Tiny();
        (settings.Text.Pretrained, settings.Text.Tokenizer) = (folder, "");
        Train(settings, "run", 4);
        Train(settings, "run", 6);

        using GeneratorCheckpoint checkpoint = GeneratorCheckpoint.Open(Path.Combine(_folder, "run"));
        Assert.Equal("t5-tiny", checkpoint.Config.TextEncoderName);
        Assert.Null(checkpoint.TextEncoder);
        Assert.DoesNotContain(State("run").Tensors.Keys, name => name.Contains("text_encoder", StringComparison.Ordinal));
        using Generator generator = Generator.Load(
            Path.Combine(_folder, "run"), new GeneratorOptions { Codec = Path.Combine(_folder, "codec"), TextEncoder = folder, Threads = 1 });
        Assert.Equal(320, generator.Generate("a low hum", new GenerationOptions { Seed = 1 }).Audio.LengthSamples);
    }

    [Fact]
    public void Run_NothingGetsBetter_EndsAndKeepsTheBest()
    {
        TestTorch.Require();
        GeneratorTrainSettings settings = Tiny();
        (settings.Run.Steps, settings.Run.ValidEvery, settings.Run.Patience) = (60, 2, 3);
        (settings.Optimizer.Lr, settings.Optimizer.Schedule, settings.Optimizer.WarmupSteps, settings.Optimizer.EmaDecay) = (0.3, "constant", 0, 0);
        using var trainer = new GeneratorTrainer(settings, Options("run"));
        long steps = trainer.Run(CancellationToken.None);

        Assert.InRange(steps, 8, 58);
        double[] scores = [.. Validations("run").Select(v => v.GetProperty("valid_cross_entropy").GetDouble())];
        using SafetensorsFile model = SafetensorsFile.Open(Path.Combine(_folder, "run", "model.safetensors"));
        Assert.Equal(scores.Min(), double.Parse(model.Metadata["valid_cross_entropy"], System.Globalization.CultureInfo.InvariantCulture), 1e-6);
        Assert.Equal(steps - 6, long.Parse(model.Metadata["step"], System.Globalization.CultureInfo.InvariantCulture));
        using var again = new GeneratorTrainer(settings, Options("run"));
        Assert.Equal(steps, again.Run(CancellationToken.None));
    }

    [Fact]
    public void Run_DryRun_MakesOneStepAndWritesNothing()
    {
        TestTorch.Require();
        var lines = new List<string>();
        using var trainer = new GeneratorTrainer(Tiny(), Options("run") with { DryRun = true, Report = lines.Add });
        Assert.Equal(0, trainer.Run(CancellationToken.None));
        Assert.Contains(lines, l => l.StartsWith("dry run:", StringComparison.Ordinal) && l.Contains("loss", StringComparison.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(_folder, "run")));
    }

    [Fact]
    public void Run_CodecWithOtherWeights_IsRefusedOnResume()
    {
        TestTorch.Require();
        Train(Tiny(), "run", 2);
        InstallCodec("other", 1.5f);
        CheckpointException error = Assert.Throws<CheckpointException>(() => new GeneratorTrainer(Tiny(), Options("run") with { Codec = Path.Combine(_folder, "other") }));
        Assert.Contains("codec given now", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_BadSetting_NamesTheKey()
    {
        TestTorch.Require();
        void Throws(string key, Action<GeneratorTrainSettings> change, string? codec = "codec")
        {
            GeneratorTrainSettings settings = Tiny();
            change(settings);
            ConfigException error = Assert.Throws<ConfigException>(() =>
                new GeneratorTrainer(settings, Options("run") with { Codec = codec is null ? null : Path.Combine(_folder, codec) }));
            Assert.Equal(key, error.Key);
        }

        Throws("model.dimension", s => s.Model.Dimension = 33);
        Throws("model.codebooks", s => s.Model.Codebooks = 5);
        Throws("model.dropout", s => s.Model.Dropout = 1);
        Throws("text.width", s => s.Text.Width = 15);
        Throws("text.tokenizer", s => s.Text.Tokenizer = "nothing.model");
        Throws("data.batch_size", s => s.Data.BatchSize = 0);
        Throws("optimizer.warmup_steps", s => (s.Optimizer.Schedule, s.Optimizer.WarmupSteps) = ("inverse_sqrt", 0));
        Throws("codec", _ => { }, null);
    }

    private static GeneratorTrainSettings Tiny()
    {
        GeneratorTrainSettings settings = SettingsFile.Parse<GeneratorTrainSettings>("""
            model: {name: tiny, dimension: 32, layers: 2, heads: 4, feed_forward: 64, codebooks: 4, dropout: 0.1}
            text: {width: 16, layers: 1, heads: 2, feed_forward: 32}
            data: {crop_seconds: 0.04, batch_size: 4, variants: 2, text_drop: 0.2}
            optimizer: {lr: 0.003, betas: [0.9, 0.95], warmup_steps: 5, schedule: cosine, clip_norm: 1, ema_decay: 0.9, weight_decay: 0.1}
            run: {steps: 20, log_every: 2, save_every: 100, valid_every: 1000}
            """);
        settings.Text.Tokenizer = Fixtures.Path("golden/captions_unigram.model");
        return settings;
    }

    /// <summary>A text's states [T, W], and the logits [K, N] after the last of some steps [S, K].</summary>
    private static (float[] States, float[] Logits) Run(GeneratorNetwork network, int[] ids, int[] tokens)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        Tensor text = tensor(ids, [1, ids.Length], ScalarType.Int64), mask = ones([1, ids.Length], ScalarType.Bool);
        Tensor states = network.Text!.call(text, mask, 0);
        Tensor hidden = network.Transformer.call(tensor(tokens, [1, tokens.Length / 4, 4], ScalarType.Int64), new TextCondition(states, mask), 0);
        return (TestTorch.Values(states), TestTorch.Values(network.Transformer.Logits(hidden)[0, -1]));
    }

    private static void WriteSound(string path, float frequency, int seed, int length)
    {
        var random = new Random(seed);
        using FileStream file = File.Create(path);
        using var writer = new WavWriter(file, 8000, 1, PcmEncoding.S16, length);
        writer.Write([.. Enumerable.Range(0, length).Select(i => (0.4f * MathF.Sin(frequency * i)) + (0.02f * random.NextSingle()))]);
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
        DataPath = Path.Combine(_folder, "manifest.jsonl"),
        RunDirectory = Path.Combine(_folder, run),
        Codec = Path.Combine(_folder, "codec"),
        Threads = 1,
    };

    private void Train(GeneratorTrainSettings settings, string run, int until, string precision = "fp32")
    {
        using var trainer = new GeneratorTrainer(settings, Options(run) with { StopAtStep = until, Precision = precision });
        Assert.Equal(until, trainer.Run(CancellationToken.None));
    }

    private JsonElement[] Validations(string run) =>
        [.. File.ReadAllLines(Path.Combine(_folder, run, "log.jsonl")).Select(l => JsonDocument.Parse(l).RootElement).Where(e => e.GetProperty("kind").GetString() == "valid")];

    private StateDict State(string run)
    {
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(_folder, run, RunCheckpoint.StateFile));
        return file.ToStateDict();
    }
}
