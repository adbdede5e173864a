using System.Text.Json.Nodes;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Entropy;
using AudioCodec.Models;

namespace AudioCodec.Cli.Tests;

public sealed class ExportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Export_TinyModel_LoadsToTheSameTensorsAndKeepsAnExistingModel()
    {
        string model = TinyModel.Install(_folder);
        string target = _folder["exported"];

        Assert.Equal(ExitCodes.Success, await CommandLine.RunAsync(["export", model, "-o", target, "--fp32"], new CliSession(), default));
        LoadedCheckpoint expected = CheckpointLoader.Load(model);
        LoadedCheckpoint found = CheckpointLoader.Load(target);
        Assert.Equal(CheckpointStatus.Preview, found.Status);
        foreach (string name in found.Weights.Tensors.Keys)
        {
            Assert.Equal(expected.Weights.Tensors[name].Values, found.Weights.Tensors[name].Values);
        }

        CheckpointFolder.VerifySums(target);
        Assert.Equal(ExitCodes.InputOutput, await CommandLine.RunAsync(["export", model, "-o", target], new CliSession(), default));
    }

    /// <summary>Runs of one recipe all state the recipe's name, which may be that of a bundled model.</summary>
    [Theory]
    [InlineData("first", null, "first")]
    [InlineData("my run.2", null, "my_run.2")]
    [InlineData("first", "mine", "mine")]
    public async Task Export_Run_HasTheNameOfItsFolderOrTheOneAskedFor(string run, string? asked, string expected)
    {
        string folder = RunOf(TinyModel.Install(_folder), run);
        string target = _folder["exported"];
        CliRun export = await CliRun.Of(["export", folder + "/", "-o", target, .. asked is null ? Array.Empty<string>() : ["--name", asked]]);

        Assert.True(export.ExitCode == ExitCodes.Success, export.Errors);
        Assert.Contains($"wrote {expected} to {target}", export.Errors, StringComparison.Ordinal);
        Assert.Equal(expected, CheckpointFolder.Describe(target).Name);
        CheckpointFolder.VerifySums(target);
    }

    [Fact]
    public async Task Export_WhatIsNoRun_KeepsItsNameUnlessTold()
    {
        string model = TinyModel.Install(_folder, name: "other");
        Assert.Equal(ExitCodes.Success, (await CliRun.Of("export", model, "-o", _folder["kept"])).ExitCode);
        Assert.Equal(TinyConfigs.Causal.Name, CheckpointFolder.Describe(_folder["kept"]).Name);
        Assert.Equal(ExitCodes.Success, (await CliRun.Of("export", model, "-o", _folder["named"], "--name", "named")).ExitCode);
        Assert.Equal("named", CheckpointFolder.Describe(_folder["named"]).Name);
    }

    [Theory]
    [InlineData("a b", "letters, digits")]
    [InlineData("encodec_24khz", "published model")]
    public async Task Export_NameThatCannotBe_IsRefusedAndNothingWritten(string name, string said)
    {
        CliRun run = await CliRun.Of("export", TinyModel.Install(_folder), "-o", _folder["exported"], "--name", name);
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains(said, run.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["exported"]));
    }

    /// <summary>The codec and what was trained on its run go together in half precision too, though rounding changes the fingerprint.</summary>
    [Fact]
    public async Task Export_CodecAndLanguageModelOfRuns_CompressAndDecompressUnderTheirNames()
    {
        string run = RunOf(TinyModel.Install(_folder), "first");
        LoadedCheckpoint codec = CheckpointLoader.Load(run);
        TinyLanguageModel.Install(_folder["lm"], codec.Config, new int[codec.Config.Codebooks * 10]);
        var codes = WeightsFingerprint.Of(new StateDict("codes", codec.Weights.Tensors
            .Where(tensor => tensor.Key.StartsWith("encoder.", StringComparison.Ordinal) || tensor.Key.EndsWith("._codebook.embed", StringComparison.Ordinal))
            .ToDictionary(tensor => tensor.Key, tensor => tensor.Value)));
        EntropyModelConfig config = EntropyModelConfig.For(codec.Config) with { Dimension = 8, Layers = 1, Heads = 2, FeedForward = 8, Window = 10 };
        File.WriteAllBytes(_folder["lm/config.json"], (config with { CodecFingerprint = codes }).ToJson());
        RunOf(_folder["lm"], "lm");
        foreach ((string source, string target) in new[] { (run, "models/mine"), (_folder["runs/lm"], "models/mine_lm") })
        {
            CliRun export = await CliRun.Of("export", source, "-o", _folder[target]);
            Assert.True(export.ExitCode == ExitCodes.Success, export.Errors);
        }

        Assert.Equal("lm", CheckpointFolder.Describe(_folder["models/mine_lm"]).Name);
        Assert.Contains("# lm (preview)", File.ReadAllText(_folder["models/mine_lm/README.md"]), StringComparison.Ordinal);

        // By the name that the file states, which is not that of the model's folder.
        File.WriteAllBytes(_folder["in.wav"], TestAudio.Wav(TestAudio.Signal(8000)));
        (string, string)[] place = [("AUDIOCODEC_CHECKPOINTS", _folder["models"])];
        foreach (string[] arguments in new string[][]
        {
            ["compress", "--model", "first", "-l", _folder["in.wav"], "-o", _folder["a.ecdc"]], ["decompress", _folder["a.ecdc"], "-o", _folder["a.wav"]],
        })
        {
            ProcessResult done = await AudioCodecProcess.RunAsync([], place, arguments);
            Assert.True(done.ExitCode == ExitCodes.Success, done.Errors);
        }

        Assert.True(new FileInfo(_folder["a.wav"]).Length > 16000);
        ProcessResult list = await AudioCodecProcess.RunAsync([], place, "models", "list", "--json");
        JsonNode listed = JsonNode.Parse(list.Output)!.AsArray().Single(model => (string?)model!["name"] == "first")!;
        Assert.Equal((_folder["models/mine"], "codec"), ((string?)listed["path"], (string?)listed["kind"]));
        Assert.DoesNotContain(JsonNode.Parse(list.Output)!.AsArray(), model => (string?)model!["name"] == "mine");
    }

    [Theory]
    [InlineData("audiocodec_judge_esc10")]
    [InlineData("audiocodec_sounds_24khz")]
    public async Task Export_RunOfAnotherKind_HasTheNameOfItsFolder(string bundled)
    {
        using var store = new ModelStore();
        Assert.SkipUnless(store.TryFind(bundled, out string? model), "the bundled model is not here");
        CliRun export = await CliRun.Of("export", RunOf(model, "mine"), "-o", _folder["exported"]);
        Assert.True(export.ExitCode == ExitCodes.Success, export.Errors);
        Assert.Equal((CheckpointFolder.Describe(model).Kind, "mine"), (CheckpointFolder.Describe(_folder["exported"]).Kind, CheckpointFolder.Describe(_folder["exported"]).Name));
    }

    /// <summary>A copy of a model as a training run leaves it.</summary>
    private string RunOf(string model, string name)
    {
        string run = Directory.CreateDirectory(_folder[$"runs/{name}"]).FullName;
        foreach (string file in Directory.GetFiles(model))
        {
            File.Copy(file, Path.Combine(run, Path.GetFileName(file)));
        }

        File.WriteAllBytes(Path.Combine(run, "state.safetensors"), []);
        return run;
    }
}
