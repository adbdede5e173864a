using System.Globalization;
using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Trainers;

namespace AudioCodec.Training.Tests.Trainers;

[Collection("alone")]
public sealed class CodecTrainerTests : IDisposable
{
    private readonly TinyRun _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void Run_ResumedHalfway_EqualsUnbrokenRun()
    {
        TestTorch.Require();
        CodecTrainSettings settings = TinyRun.Settings();
        settings.Discriminator.StartStep = 14;
        settings.Run.Steps = 20;
        _tiny.Train(settings, "unbroken", 20);
        _tiny.Train(settings, "broken", 10);
        _tiny.Train(settings, "broken", 20);

        StateDict expected = _tiny.State("unbroken"), actual = _tiny.State("broken");
        Assert.Equal(expected.Tensors.Keys.Order(), actual.Tensors.Keys.Order());
        Assert.All(expected.Tensors, t => Assert.Equal(t.Value.Values, actual.Tensors[t.Key].Values));
    }

    /// <summary>Stopped before the encoder is frozen, and after: momentum from before must not move it on.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    public void Run_PrincipalStartResumed_EqualsUnbrokenRun(int stop)
    {
        TestTorch.Require();
        CodecTrainSettings settings = TinyRun.Settings();
        (settings.Initialization.Form, settings.Initialization.Batches) = ("principal", 8);
        (settings.Quantizer.StartStep, settings.Quantizer.FreezeStep, settings.Run.Steps) = (0, 6, 12);
        (settings.Optimizer.RestartStep, settings.Losses.MelScalesPerStep, settings.Optimizer.WeightDecay) = (6, 2, 0.01);
        _tiny.Train(settings, "unbroken", 12);
        _tiny.Train(settings, "broken", stop);
        _tiny.Train(settings, "broken", 12);

        StateDict expected = _tiny.State("unbroken"), actual = _tiny.State("broken");
        Assert.Contains(expected.Tensors.Keys, name => name.EndsWith(".center", StringComparison.Ordinal));
        Assert.Equal(expected.Tensors.Keys.Order(), actual.Tensors.Keys.Order());
        Assert.All(expected.Tensors, t => Assert.Equal(t.Value.Values, actual.Tensors[t.Key].Values));
    }

    [Fact]
    public void Run_FolderOfSubfolders_HasThemAsKinds()
    {
        TestTorch.Require();
        Directory.CreateDirectory(Path.Combine(_tiny.Folder("data"), "speech"));
        _tiny.Write("speech/s.wav", 8000, t => (float)(0.3 * Math.Sin(0.05 * t)));
        CodecTrainSettings settings = TinyRun.Settings();
        (settings.Data.KindWeights, settings.Run.Steps, settings.Run.ValidEvery) = (new() { ["speech"] = 1, ["music"] = 1 }, 2, 2);
        var lines = new List<string>();
        using (var trainer = new CodecTrainer(settings, _tiny.Options("run") with { Report = lines.Add }))
        {
            Assert.Equal(2, trainer.Run(CancellationToken.None));
        }

        Assert.Contains("data.kind_weights has no weight for files of no kind: they are not drawn", lines);
        string log = File.ReadAllText(Path.Combine(_tiny.Folder("run"), "log.jsonl"));
        Assert.Contains("valid_mel_speech", log, StringComparison.Ordinal);
        Assert.Single(lines, line => line.Contains("kind_weights", StringComparison.Ordinal));
        Assert.True(File.Exists(Path.Combine(_tiny.Folder("run"), "samples", "0000002", "speech_output.wav")));
    }

    /// <summary>A state of another format is told apart from one that is damaged or of another model.</summary>
    [Fact]
    public void Constructor_StateOfAnEarlierVersion_SaysSoAndWhatToDo()
    {
        TestTorch.Require();
        Directory.CreateDirectory(_tiny.Folder("run"));
        var writer = new SafetensorsWriter();
        writer.SetMetadata("step", "100");
        writer.SetMetadata("codec.updates", "100");
        writer.Add("codec/encoder.model.0.conv.conv.bias", [4], new float[4]);
        writer.Save(Path.Combine(_tiny.Folder("run"), "state.safetensors"));

        CheckpointException error = Assert.Throws<CheckpointException>(() => new CodecTrainer(TinyRun.Settings(), _tiny.Options("run")));

        Assert.Contains("another version", error.Message, StringComparison.Ordinal);
        Assert.Contains("another folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_StateOfAnotherModel_NamesTheTensor()
    {
        TestTorch.Require();
        _tiny.Train(TinyRun.Settings(), "run", 2);
        CodecTrainSettings other = TinyRun.Settings();
        other.Model = other.Model with { Filters = 8 };

        CheckpointException error = Assert.Throws<CheckpointException>(() => new CodecTrainer(other, _tiny.Options("run")));

        Assert.Contains("encoder.model.0.conv.conv", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A fresh run goes on from the weights of a checkpoint, in a file or a folder, and quantizes from the first step.</summary>
    [Fact]
    public void Run_InitializedFromACheckpoint_StartsWithItsWeights()
    {
        TestTorch.Require();
        CodecTrainSettings settings = TinyRun.Settings();
        _tiny.Train(settings, "first", 8);
        settings.Run.LogEvery = 1;
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(_tiny.Folder("first"), "model.safetensors"));
        using var trainer = new CodecTrainer(settings, _tiny.Options("second") with { InitializeFrom = _tiny.Folder("first"), StopAtStep = 1 });

        Assert.Equal(file.ReadFloat32("decoder.model.0.conv.conv.weight_v"), trainer.Network.get_parameter("decoder.model.0.conv.conv.weight_v")!.data<float>().ToArray());
        Assert.Equal(1, trainer.Run(CancellationToken.None));
        Assert.Contains("\"commitment\"", File.ReadAllText(Path.Combine(_tiny.Folder("second"), "log.jsonl")), StringComparison.Ordinal);
    }

    /// <summary>Every part of a step on the device: quantizer, losses, discriminator, averages, state.</summary>
    [Fact]
    public void Run_OnAGpu_GivesTheLossesOfTheCpu()
    {
        TestTorch.RequireGpu();
        CodecTrainSettings settings = TinyRun.Settings();
        (settings.Discriminator.StartStep, settings.Run.LogEvery, settings.Losses.Envelope, settings.Losses.Texture) = (2, 1, new(1), new(1));
        settings.Data.CropSeconds = 0.5;
        _tiny.Train(settings, "cpu", 8);
        foreach (int until in new[] { 5, 8 })
        {
            using var trainer = new CodecTrainer(settings, _tiny.Options("gpu") with { Device = "cuda", StopAtStep = until });
            trainer.Run(CancellationToken.None);
        }

        Assert.All(Values("cpu", "mel").Zip(Values("gpu", "mel")), pair => Assert.Equal(pair.First, pair.Second, 0.02 * pair.First));

        double[] Values(string run, string name) => [.. File.ReadAllLines(Path.Combine(_tiny.Folder(run), "log.jsonl"))
            .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty(name).GetDouble())];
    }

    [Fact]
    public void Run_Export_LoadsInManagedEngine()
    {
        TestTorch.Require();
        _tiny.Train(TinyRun.Settings(), "run", 8);

        string run = _tiny.Folder("run");
        (EncodecConfig config, CheckpointStatus status) = EncodecConfigJson.Read(Path.Combine(run, "config.json"));
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(run, "model.safetensors"));
        EncodecModel model = EncodecModel.Load(config, file.ToStateDict());
        EncodedAudio encoded = model.Encode(new AudioBuffer(new float[4000], 1, 8000), config.BandwidthsKbps[0]);

        Assert.Equal(CheckpointStatus.Preview, status);
        Assert.Equal(4000, model.Decode(encoded).LengthSamples);
    }

    /// <summary>From the freeze step on, codes of the exported model stay what they are, and the decoder goes on learning.</summary>
    [Fact]
    public void Run_PrincipalStartThenFrozenEncoder_ChangesDecoderOnly()
    {
        TestTorch.Require();
        CodecTrainSettings settings = TinyRun.Settings();
        (settings.Initialization.Form, settings.Initialization.Batches) = ("principal", 8);
        (settings.Quantizer.StartStep, settings.Quantizer.FreezeStep) = (0, 6);
        (settings.Optimizer.RestartStep, settings.Losses.MelScalesPerStep) = (6, 2);
        _tiny.Train(settings, "run", 7);
        StateDict before = Exported();
        _tiny.Train(settings, "run", 8);
        StateDict after = Exported();

        Assert.DoesNotContain(before.Tensors.Keys, n => n.EndsWith(".center", StringComparison.Ordinal));
        Assert.All(before.Tensors, t => Assert.True(
            t.Key.StartsWith("decoder.", StringComparison.Ordinal) || t.Value.Values.SequenceEqual(after.Tensors[t.Key].Values), t.Key));
        Assert.NotEqual(before.Tensors["decoder.model.0.conv.conv.weight_v"].Values, after.Tensors["decoder.model.0.conv.conv.weight_v"].Values);

        StateDict Exported()
        {
            using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(_tiny.Folder("run"), "model.safetensors"));
            return file.ToStateDict();
        }
    }

    [Fact]
    public void Run_WritesLogEventsAndSamples()
    {
        TestTorch.Require();
        CodecTrainSettings settings = TinyRun.Settings();
        (settings.Run.ValidEvery, settings.Data.ValidSplit) = (8, "");
        _tiny.Train(settings, "run", 8);

        string run = _tiny.Folder("run");
        string[] lines = File.ReadAllLines(Path.Combine(run, "log.jsonl"));
        Assert.Contains(lines, l => l.Contains("\"kind\":\"train\"", StringComparison.Ordinal) && l.Contains("waited_for_data", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("\"kind\":\"valid\"", StringComparison.Ordinal) && l.Contains("perplexity_00", StringComparison.Ordinal));
        Assert.NotEmpty(Directory.GetFiles(run, "events.out.tfevents.*"));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(run, "samples"), "*.wav", SearchOption.AllDirectories));
    }

    [Fact]
    public void Run_LossNotFinite_StopsAndKeepsCheckpoint()
    {
        TestTorch.Require();
        CodecTrainSettings settings = TinyRun.Settings();
        settings.Run.SaveEvery = 4;
        _tiny.Train(settings, "run", 4);
        settings.Optimizer.Lr = 1e30;
        settings.Run.Steps = 40;
        using var trainer = new CodecTrainer(settings, _tiny.Options("run"));

        TrainingException error = Assert.Throws<TrainingException>(() => trainer.Run(CancellationToken.None));

        Assert.Contains("not finite", error.Message, StringComparison.Ordinal);
        Assert.All(_tiny.State("run").Tensors.Values, t => Assert.All(t.Values, v => Assert.True(float.IsFinite(v))));
    }

    [Fact]
    public void Run_BrokenFile_IsSkippedAndCounted()
    {
        TestTorch.Require();
        File.WriteAllBytes(Path.Combine(_tiny.Folder("data"), "broken.wav"), "RIFF0000WAVEfmt nothing"u8.ToArray());
        _tiny.Train(TinyRun.Settings(), "run", 8);

        string last = File.ReadAllLines(Path.Combine(_tiny.Folder("run"), "log.jsonl")).Last(l => l.Contains("\"kind\":\"train\"", StringComparison.Ordinal));
        Assert.Contains("\"broken_files\":1", last, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OneTone_IsLearned()
    {
        TestTorch.Require();
        CodecTrainSettings settings = TinyRun.Settings();
        settings.Run.Steps = 150;
        settings.Run.LogEvery = 10;
        settings.Quantizer.StartStep = 60;
        _tiny.Train(settings, "run", 150);

        double[] losses = [.. File.ReadAllLines(Path.Combine(_tiny.Folder("run"), "log.jsonl"))
            .Select(l => System.Text.Json.JsonDocument.Parse(l).RootElement.GetProperty("l1").GetDouble())];
        Assert.True(losses[^1] < losses[0] * 0.5, string.Join(" ", losses.Select(l => l.ToString("F4", CultureInfo.InvariantCulture))));
    }
}
