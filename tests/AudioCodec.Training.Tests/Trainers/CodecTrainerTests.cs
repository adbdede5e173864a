using System.Globalization;
using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Codec;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Trainers;

namespace AudioCodec.Training.Tests.Trainers;

public sealed class CodecTrainerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("audiocodec-train").FullName;

    public CodecTrainerTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "data"));
        for (int i = 0; i < 3; i++)
        {
            WriteTone(Path.Combine(_folder, "data", $"{i}.wav"), 200 + (150 * i));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void Run_ResumedHalfway_EqualsUnbrokenRun()
    {
        Torch.Require();
        CodecTrainSettings settings = Tiny();
        settings.Discriminator.StartStep = 14;
        settings.Run.Steps = 20;
        Train(settings, "unbroken", 20);
        Train(settings, "broken", 10);
        Train(settings, "broken", 20);

        StateDict expected = State("unbroken"), actual = State("broken");
        Assert.Equal(expected.Tensors.Keys.Order(), actual.Tensors.Keys.Order());
        Assert.All(expected.Tensors, t => Assert.Equal(t.Value.Values, actual.Tensors[t.Key].Values));
    }

    [SkippableFact]
    public void Run_Export_LoadsInManagedEngine()
    {
        Torch.Require();
        Train(Tiny(), "run", 8);

        string run = Path.Combine(_folder, "run");
        (EncodecConfig config, CheckpointStatus status) = EncodecConfigJson.Read(Path.Combine(run, "config.json"));
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(run, "model.safetensors"));
        EncodecModel model = EncodecModel.Load(config, file.ToStateDict());
        EncodedAudio encoded = model.Encode(new AudioBuffer(new float[4000], 1, 8000), config.BandwidthsKbps[0]);

        Assert.Equal(CheckpointStatus.Preview, status);
        Assert.Equal(4000, model.Decode(encoded).LengthSamples);
    }

    /// <summary>From the freeze step on, codes of the exported model stay what they are, and the decoder goes on learning.</summary>
    [SkippableFact]
    public void Run_PrincipalStartThenFrozenEncoder_ChangesDecoderOnly()
    {
        Torch.Require();
        CodecTrainSettings settings = Tiny();
        (settings.Initialization.Form, settings.Initialization.Batches) = ("principal", 8);
        (settings.Quantizer.StartStep, settings.Quantizer.FreezeStep) = (0, 6);
        (settings.Optimizer.RestartStep, settings.Losses.MelScalesPerStep) = (6, 2);
        Train(settings, "run", 7);
        StateDict before = Exported();
        Train(settings, "run", 8);
        StateDict after = Exported();

        Assert.DoesNotContain(before.Tensors.Keys, n => n.EndsWith(".center", StringComparison.Ordinal));
        Assert.All(before.Tensors, t => Assert.True(
            t.Key.StartsWith("decoder.", StringComparison.Ordinal) || t.Value.Values.SequenceEqual(after.Tensors[t.Key].Values), t.Key));
        Assert.NotEqual(before.Tensors["decoder.model.0.conv.conv.weight_v"].Values, after.Tensors["decoder.model.0.conv.conv.weight_v"].Values);

        StateDict Exported()
        {
            using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(_folder, "run", "model.safetensors"));
            return file.ToStateDict();
        }
    }

    [SkippableFact]
    public void Run_WritesLogEventsAndSamples()
    {
        Torch.Require();
        CodecTrainSettings settings = Tiny();
        (settings.Run.ValidEvery, settings.Data.ValidSplit) = (8, "");
        Train(settings, "run", 8);

        string run = Path.Combine(_folder, "run");
        string[] lines = File.ReadAllLines(Path.Combine(run, "log.jsonl"));
        Assert.Contains(lines, l => l.Contains("\"kind\":\"train\"", StringComparison.Ordinal) && l.Contains("waited_for_data", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("\"kind\":\"valid\"", StringComparison.Ordinal) && l.Contains("perplexity_00", StringComparison.Ordinal));
        Assert.NotEmpty(Directory.GetFiles(run, "events.out.tfevents.*"));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(run, "samples"), "*.wav", SearchOption.AllDirectories));
    }

    [SkippableFact]
    public void Run_LossNotFinite_StopsAndKeepsCheckpoint()
    {
        Torch.Require();
        CodecTrainSettings settings = Tiny();
        settings.Run.SaveEvery = 4;
        Train(settings, "run", 4);
        settings.Optimizer.Lr = 1e30;
        settings.Run.Steps = 40;
        using var trainer = new CodecTrainer(settings, Options("run"));

        TrainingException error = Assert.Throws<TrainingException>(() => trainer.Run(CancellationToken.None));

        Assert.Contains("not finite", error.Message, StringComparison.Ordinal);
        Assert.All(State("run").Tensors.Values, t => Assert.All(t.Values, v => Assert.True(float.IsFinite(v))));
    }

    [SkippableFact]
    public void Run_BrokenFile_IsSkippedAndCounted()
    {
        Torch.Require();
        File.WriteAllBytes(Path.Combine(_folder, "data", "broken.wav"), "RIFF0000WAVEfmt nothing"u8.ToArray());
        Train(Tiny(), "run", 8);

        string last = File.ReadAllLines(Path.Combine(_folder, "run", "log.jsonl")).Last(l => l.Contains("\"kind\":\"train\"", StringComparison.Ordinal));
        Assert.Contains("\"broken_files\":1", last, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Run_OneTone_IsLearned()
    {
        Torch.Require();
        CodecTrainSettings settings = Tiny();
        settings.Run.Steps = 150;
        settings.Run.LogEvery = 10;
        settings.Quantizer.StartStep = 60;
        Train(settings, "run", 150);

        double[] losses = [.. File.ReadAllLines(Path.Combine(_folder, "run", "log.jsonl"))
            .Select(l => System.Text.Json.JsonDocument.Parse(l).RootElement.GetProperty("l1").GetDouble())];
        Assert.True(losses[^1] < losses[0] * 0.5, string.Join(" ", losses.Select(l => l.ToString("F4", CultureInfo.InvariantCulture))));
    }

    private static CodecTrainSettings Tiny()
    {
        CodecTrainSettings settings = SettingsFile.Parse<CodecTrainSettings>("""
            name: tiny
            sample_rate: 8000
            bandwidths: [4, 16]
            seanet: {n_filters: 4, ratios: [4, 2], dimension: 16, lstm: 1, pad_mode: constant}
            quantizer: {n_q: 4, bins: 16, start_step: 4, kmeans_batches: 4, kmeans_iterations: 3}
            data: {crop_seconds: 0.25, batch_size: 2, split: ""}
            losses: {l1: 1, mel: 1, mel_form: log, mel_floor: 0.001, mel_powers: [5, 9]}
            discriminator: {filters: 2, windows: [256, 128]}
            optimizer: {lr: 0.003, betas: [0.9, 0.99], warmup_steps: 5, schedule: cosine}
            run: {steps: 8, log_every: 4, save_every: 100, valid_every: 1000, valid_files: 1, valid_seconds: 0.5}
            """);
        return settings;
    }

    private static void WriteTone(string path, double hz)
    {
        using FileStream file = File.Create(path);
        using var writer = new WavWriter(file, 8000, 1, PcmEncoding.S16, 16000);
        writer.Write([.. Enumerable.Range(0, 16000).Select(i => (float)(0.4 * Math.Sin(2 * Math.PI * hz * i / 8000)))]);
        writer.Complete();
    }

    private TrainOptions Options(string run) => new()
    {
        DataPath = Path.Combine(_folder, "data"),
        RunDirectory = Path.Combine(_folder, run),
        Threads = 1,
    };

    /// <summary>Trains up to a step as a session that is then stopped would.</summary>
    private void Train(CodecTrainSettings settings, string run, int until)
    {
        using var stop = new CancellationTokenSource();
        using var trainer = new CodecTrainer(settings, Options(run) with { StopAtStep = until });
        Assert.Equal(until, trainer.Run(stop.Token));
    }

    private StateDict State(string run)
    {
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(_folder, run, "state.safetensors"));
        return file.ToStateDict();
    }
}
