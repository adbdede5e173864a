using System.Text.Json;
using AudioCodec.Checkpoints;
using AudioCodec.Classification;
using AudioCodec.Models;
using AudioCodec.Numerics;

namespace AudioCodec.Cli.Tests;

public sealed class EvaluateGeneratorTests : IDisposable
{
    private static readonly string[] s_names = ["one", "two", "three"];

    private readonly TemporaryFolder _folder = new();
    private readonly string _judge;
    private readonly string _samples;
    private readonly string _manifest;
    private readonly string _codec;

    public EvaluateGeneratorTests()
    {
        _codec = TinyModel.Install(_folder);
        _judge = _folder["judge"];
        ClassifierConfig config = new()
        {
            Name = "test_judge",
            Labels = ["dog", "rain"],
            SampleRateHz = 8000,
            FftSize = 256,
            HopSamples = 160,
            MelBands = 8,
            WindowFrames = 10,
            WindowStepFrames = 10,
            Filters = [2, 3],
            Embedding = 2,
            Members = 1,
        };
        var random = new SplitMix(3);
        ClassifierFolder.Save(_judge, config, new StateDict("test", ClassifierTensors.For(config).ToDictionary(
            t => t.Name,
            t => new CheckpointTensor(t.Shape, [.. Enumerable.Range(0, t.Shape.Aggregate(1, (a, b) => a * b)).Select(_ => (float)random.NextDouble(0.1, 1))]))));
        _samples = _folder["samples"];
        Directory.CreateDirectory(_samples);
        File.WriteAllLines(Path.Combine(_samples, "samples.jsonl"), s_names.Select((name, i) =>
        {
            File.WriteAllBytes(Path.Combine(_samples, name + ".wav"), TestAudio.Wav(TestAudio.Signal(8000, seed: i + 1)));
            return $$"""{"path": "{{name}}.wav", "prompt": "a {{name}}", "label": "{{(i == 0 ? "dog" : "rain")}}"}""";
        }));
        _manifest = _folder["manifest.jsonl"];
        File.WriteAllLines(_manifest, Enumerable.Range(0, 8).Select(i =>
        {
            File.WriteAllBytes(_folder[$"{i}.wav"], TestAudio.Wav(TestAudio.Signal(8000, seed: 20 + i)));
            return $$"""{"path": "{{i}}.wav", "split": "{{(i < 4 ? "train" : "valid")}}", "labels": ["{{(i % 2 == 0 ? "dog" : "rain")}}"]}""";
        }));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Generator_FolderOfSamples_PrintsAgreement()
    {
        CliRun run = await CliRun.Of("evaluate", "generator", "--samples-folder", _samples, "--judge", _judge);
        Assert.Equal((ExitCodes.Success, ""), (run.ExitCode, run.Errors));
        Assert.Contains("label agreement", run.Text, StringComparison.Ordinal);
        Assert.Contains("generated", run.Text, StringComparison.Ordinal);
        Assert.Contains("Heard by test_judge", run.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("FAD", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generator_WithRecordings_HasThreeRowsInJsonAndPage()
    {
        string html = _folder["report.html"];
        CliRun run = await CliRun.Of("evaluate", "generator", "--samples-folder", _samples, "--judge", _judge, "-d", _manifest, "--codec", _codec, "-b", "8", "--threads", "1", "--json", "--html", html);
        Assert.True(run.ExitCode == ExitCodes.Success, run.Errors);
        using var json = JsonDocument.Parse(run.Text);
        JsonElement[] rows = [.. json.RootElement.GetProperty("rows").EnumerateArray()];
        Assert.Equal(["generated", "recordings, encodec_tiny_causal at 8 kbit/s", "recordings"], rows.Select(row => row.GetProperty("name").GetString()));
        Assert.Equal([3, 4, 4], rows.Select(row => row.GetProperty("agreement").GetProperty("count").GetInt32()));
        Assert.All(rows[..2], row => Assert.True(row.GetProperty("frechet").GetProperty("distance").GetDouble() >= 0));
        Assert.Equal(JsonValueKind.Null, rows[2].GetProperty("frechet").ValueKind);
        Assert.All(rows, row => Assert.Equal(row.GetProperty("agreement").GetProperty("count").GetInt32(), row.GetProperty("nearest").GetArrayLength()));
        string page = File.ReadAllText(html);
        Assert.Contains("recordings, encodec_tiny_causal at 8 kbit/s", page, StringComparison.Ordinal);
        Assert.Contains("a one", page, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.InputOutput, (await CliRun.Of("evaluate", "generator", "--samples-folder", _samples, "--judge", _judge, "--html", html)).ExitCode);
    }

    [Fact]
    public async Task Generator_WhatDoesNotExist_SaysSo()
    {
        async Task Fails(int exitCode, string message, params string[] arguments)
        {
            CliRun run = await CliRun.Of(["evaluate", "generator", .. arguments]);
            Assert.Equal((exitCode, ""), (run.ExitCode, run.Text));
            Assert.Contains(message, run.Errors, StringComparison.Ordinal);
        }

        await Fails(ExitCodes.InputOutput, "does not exist", "--samples-folder", _folder["nowhere"], "--judge", _judge);
        await Fails(ExitCodes.Config, "no audio file", "--samples-folder", Directory.CreateDirectory(_folder["empty"]).FullName, "--judge", _judge);
        await Fails(ExitCodes.Checkpoint, "nothing", "--samples-folder", _samples, "--judge", "nothing");
        await Fails(ExitCodes.Config, "that of a classifier of sounds is needed", "--samples-folder", _samples, "--judge", _codec);
        await Fails(ExitCodes.Config, "split 'test'", "--samples-folder", _samples, "--judge", _judge, "-d", _manifest, "--split", "test");
        await Fails(ExitCodes.Usage, "give one of them", "--samples-folder", _samples, "--model", "x", "--judge", _judge);
        await Fails(ExitCodes.Usage, "--duration", "--duration", "0", "--judge", _judge);
        await Fails(ExitCodes.Usage, "4, 8, 16", "--samples-folder", _samples, "--judge", _judge, "-d", _manifest, "--codec", _codec, "-b", "5");
    }

    [Fact]
    public async Task Generator_Model_IsJudgedOnSoundsThatItMakesAndKeeps()
    {
        string model = Directory.CreateDirectory(_folder["generator"]).FullName, kept = _folder["kept"], prompts = _folder["prompts.jsonl"];
        foreach ((string from, string to) in new[]
        {
            ("generate_tiny.hf-00001-of-00002.safetensors", "generate_tiny.hf-00001-of-00002.safetensors"), ("generate_tiny.hf-00002-of-00002.safetensors", "generate_tiny.hf-00002-of-00002.safetensors"),
            ("generate_tiny.hf.safetensors.index.json", "model.safetensors.index.json"), ("generate_tiny.hf.config.json", "config.json"),
            ("generate_tiny.hf.generation_config.json", "generation_config.json"), ("captions_unigram.model", "spiece.model"),
        })
        {
            File.Copy(Fixtures.Path($"golden/{from}"), Path.Combine(model, to));
        }

        File.WriteAllLines(prompts, ["""{"prompt": "a dog barks", "label": "dog"}""", """{"prompt": "rain", "label": "rain"}"""]);
        string[] arguments = ["evaluate", "generator", "--model", model, "--samples", "5", "--batch", "2", "--prompts", prompts, "--duration", "0.2", "--judge", _judge, "--threads", "1", "--json"];
        CliRun run = await CliRun.Of([.. arguments, "--keep", kept]);
        Assert.True(run.ExitCode == ExitCodes.Success, run.Errors);
        using var json = JsonDocument.Parse(run.Text);
        JsonElement row = json.RootElement.GetProperty("rows")[0];
        Assert.Equal(5, row.GetProperty("agreement").GetProperty("count").GetInt32());
        Assert.Equal(0.2, row.GetProperty("seconds").GetDouble(), 1e-9);
        Assert.Equal(3, row.GetProperty("by_label").GetProperty("dog").GetProperty("count").GetInt32());
        Assert.Equal(5, Directory.GetFiles(kept, "*.wav").Select(File.ReadAllBytes).DistinctBy(Convert.ToHexString).Count());
        Assert.Equal(run.Text, (await CliRun.Of(arguments)).Text);

        CliRun again = await CliRun.Of("evaluate", "generator", "--samples-folder", kept, "--judge", _judge, "--json");
        Assert.Equal((ExitCodes.Success, ""), (again.ExitCode, again.Errors));
        using var second = JsonDocument.Parse(again.Text);
        Assert.Equal(row.GetProperty("confusion").ToString(), second.RootElement.GetProperty("rows")[0].GetProperty("confusion").ToString());
        Assert.Equal(ExitCodes.Usage, (await CliRun.Of([.. arguments, "--temperature", "-1"])).ExitCode);
    }

    [Fact]
    public async Task Export_Classifier_IsTheSameClassifier()
    {
        string target = _folder["exported"];
        CliRun run = await CliRun.Of("export", _judge, "-o", target, "--fp32", "--release");
        Assert.True(run.ExitCode == ExitCodes.Success, run.Errors);
        CheckpointFolder.VerifySums(target);
        var sound = TestAudio.Signal(5000);
        Assert.Equal(SoundClassifier.LoadFolder(_judge).Classify(sound).Probabilities, SoundClassifier.LoadFolder(target).Classify(sound).Probabilities);
    }
}
