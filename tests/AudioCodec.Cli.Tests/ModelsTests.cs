using System.Text;
using System.Text.Json.Nodes;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Models;
using AudioCodec.Tests.Models;

namespace AudioCodec.Cli.Tests;

public sealed class ModelsTests
{
    private readonly byte[] _weights = new byte[300_000];

    public ModelsTests() => new Random(1).NextBytes(_weights);

    /// <summary>The connection breaks once in the weights; the second request asks for the rest.</summary>
    [Fact]
    public async Task Pull_ConnectionThatBreaks_IsResumedAndThePathPrinted()
    {
        using var cache = new TemporaryFolder();
        int served = 0;
        using var server = new LoopbackServer((request, stream) => LoopbackServer.ServeAsync(
            request, stream, request.Path.EndsWith("config.json", StringComparison.Ordinal) ? "{}"u8.ToArray() : _weights,
            cutAfter: Interlocked.Increment(ref served) == 1 ? 100_000 : null));

        ProcessResult run = await PullAsync(cache, server, "encodec_32khz");

        Assert.True(run.ExitCode == ExitCodes.Success, run.Errors);
        string path = Encoding.UTF8.GetString(run.Output).Trim();
        Assert.Equal(cache["encodec_32khz/model.safetensors"], path);
        Assert.Equal(_weights, await File.ReadAllBytesAsync(path));
        Assert.Contains("no commercial use", run.Errors, StringComparison.Ordinal);
        Assert.Equal(
            [
                ("huggingface.co/facebook/encodec_32khz/resolve/main/model.safetensors", null),
                ("huggingface.co/facebook/encodec_32khz/resolve/main/model.safetensors", "bytes=100000-"),
                ("huggingface.co/facebook/encodec_32khz/resolve/main/config.json", null),
            ],
            server.Requests.Select(request => (request.Path, request.Headers.GetValueOrDefault("range"))));
    }

    [Fact]
    public async Task List_FitsATerminalAndBreaksNoWord()
    {
        CliRun run = await CliRun.Of("models", "list");
        string[] lines = run.Text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 80));
        string text = string.Join(' ', lines.Select(line => line.Trim()));
        foreach (ModelEntry entry in ModelCatalogue.Entries)
        {
            Assert.Contains(lines, line => line.StartsWith(entry.Name + " ", StringComparison.Ordinal));
            Assert.Contains($"{entry.Description} Licence: {entry.Licence}", text, StringComparison.Ordinal);
        }
    }

    /// <summary>What somebody wrote into a model's folder cannot move the cursor or pass for a line of the program.</summary>
    [Fact]
    public async Task ListAndInfo_ControlCharactersInAModelsFolder_AreNotWritten()
    {
        using var root = new TemporaryFolder();
        string model = TinyModel.Install(root);
        string config = File.ReadAllText(Path.Combine(model, "config.json"));
        File.WriteAllText(Path.Combine(model, "config.json"), config.Replace("\"kind\": \"codec\",", "\"kind\": \"codec\", \"licence\": \"free\\u001b[2J\\nok\",", StringComparison.Ordinal));
        foreach (string[] arguments in new string[][] { ["models", "list"], ["models", "info", TinyConfigs.Causal.Name] })
        {
            ProcessResult run = await AudioCodecProcess.RunAsync([], [("AUDIOCODEC_CHECKPOINTS", root.Root)], arguments);
            string text = Encoding.UTF8.GetString(run.Output);
            Assert.True(run.ExitCode == ExitCodes.Success, run.Errors);
            Assert.Contains("free?[2J?ok", text, StringComparison.Ordinal);
            Assert.DoesNotContain('\u001b', text);
        }
    }

    /// <summary>A generator comes with its codec and its text encoder, and the licence of each is shown.</summary>
    [Fact]
    public async Task Pull_Generator_BringsItsCodecAndItsTextEncoder()
    {
        using var cache = new TemporaryFolder();
        using var server = new LoopbackServer((request, stream) => LoopbackServer.ServeAsync(request, stream, _weights));

        ProcessResult run = await PullAsync(cache, server, "audiogen-medium");

        Assert.True(run.ExitCode == ExitCodes.Success, run.Errors);
        Assert.Equal(cache["audiogen-medium/state_dict.bin"], Encoding.UTF8.GetString(run.Output).Trim());
        Assert.Equal(
            [
                "huggingface.co/facebook/audiogen-medium/resolve/main/state_dict.bin",
                "huggingface.co/facebook/audiogen-medium/resolve/main/compression_state_dict.bin",
                "huggingface.co/google-t5/t5-large/resolve/main/model.safetensors",
                "huggingface.co/google-t5/t5-large/resolve/main/config.json",
                "huggingface.co/google-t5/t5-large/resolve/main/spiece.model",
            ],
            server.Requests.Select(request => request.Path));
        Assert.Contains("audiogen-medium: CC-BY-NC 4.0", run.Errors, StringComparison.Ordinal);
        Assert.Contains("t5-large: Apache 2.0", run.Errors, StringComparison.Ordinal);
        Assert.True(File.Exists(cache["t5-large/spiece.model"]));
    }

    /// <summary>A folder among those of the bundled models is one of them by what its configuration says, not by a list of names.</summary>
    [Fact]
    public async Task List_FolderBesideTheBundledModels_IsListedByItsKind()
    {
        using var checkpoints = new TemporaryFolder();
        Directory.CreateDirectory(checkpoints["noises"]);
        await File.WriteAllTextAsync(checkpoints["noises/config.json"], """{"kind": "generator", "name": "noises", "status": "preview", "licence": "MIT."}""");
        await File.WriteAllBytesAsync(checkpoints["noises/model.safetensors"], _weights);
        Directory.CreateDirectory(checkpoints["broken"]);
        await File.WriteAllTextAsync(checkpoints["broken/config.json"], "{");
        await File.WriteAllBytesAsync(checkpoints["broken/model.safetensors"], _weights);

        ProcessResult run = await AudioCodecProcess.RunAsync([], [("AUDIOCODEC_CHECKPOINTS", checkpoints.Root)], "models", "list", "--json");

        Assert.True(run.ExitCode == ExitCodes.Success, run.Errors);
        JsonArray models = JsonNode.Parse(Encoding.UTF8.GetString(run.Output))!.AsArray();
        JsonNode model = models.Single(model => (string?)model!["name"] == "noises")!;
        Assert.Equal(("generator", "preview", "MIT.", true), ((string?)model["kind"], (string?)model["status"], (string?)model["licence"], (bool?)model["bundled"]));
        Assert.Equal(checkpoints["noises"], (string?)model["path"]);
        Assert.DoesNotContain(models, model => (string?)model!["name"] == "broken");
    }

    [Fact]
    public async Task Pull_FileThatIsNotThePublishedOne_IsRefusedAndNotKept()
    {
        using var cache = new TemporaryFolder();
        using var server = new LoopbackServer((request, stream) => LoopbackServer.ServeAsync(request, stream, _weights));

        ProcessResult run = await PullAsync(cache, server, "encodec_24khz");

        Assert.Equal(ExitCodes.Checkpoint, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains("d7cc33bc", run.Errors, StringComparison.Ordinal);
        Assert.Empty(cache.Files());
    }

    [Fact]
    public async Task Pull_MirrorWithoutEncryption_IsRefused()
    {
        using var cache = new TemporaryFolder();
        ProcessResult run = await AudioCodecProcess.RunAsync(
            [], [("AUDIOCODEC_CACHE", cache.Root), ("AUDIOCODEC_MIRROR", "ftp://127.0.0.1")], "models", "pull", "encodec_24khz");
        Assert.Equal(ExitCodes.Checkpoint, run.ExitCode);
        Assert.Contains("not HTTPS", run.Errors, StringComparison.Ordinal);
        Assert.Empty(cache.Files());
    }

    [Fact]
    public async Task List_BundledModel_ShowsTheStatusOfItsFolder()
    {
        using var store = new ModelStore();
        Assert.SkipUnless(store.TryFind(ModelCatalogue.BundledCodec, out string? folder), "the bundled model is not here");
        bool preview = CheckpointFolder.Describe(folder).Status == CheckpointStatus.Preview;
        JsonArray models = JsonNode.Parse((await CliRun.Of("models", "list", "--json")).Text)!.AsArray();
        JsonNode bundled = models.Single(model => (string?)model!["name"] == ModelCatalogue.BundledCodec)!;
        Assert.Equal(preview ? "preview" : "release", (string?)bundled["status"]);
        bool anyPreview = models.Any(model => (string?)model!["status"] == "preview");
        Assert.Equal(anyPreview, (await CliRun.Of("models", "list")).Text.Contains("(preview)", StringComparison.Ordinal));
        Assert.Contains($"status       {bundled["status"]}", (await CliRun.Of("models", "info", ModelCatalogue.BundledCodec)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_Json_NamesLicencesOfTheOfficialModels()
    {
        CliRun run = await CliRun.Of("models", "list", "--json");
        Assert.Equal(ExitCodes.Success, run.ExitCode);
        JsonArray models = JsonNode.Parse(run.Text)!.AsArray();
        string[] names = [.. models.Select(model => (string)model!["name"]!)];
        Assert.Contains("encodec_24khz", names);
        Assert.Contains("encodec_48khz", names);
        Assert.All(models, model => Assert.NotEmpty((string)model!["licence"]!));
    }

    [Fact]
    public async Task List_Table_HasARowPerModel()
    {
        CliRun run = await CliRun.Of("models", "list");
        Assert.Equal(ExitCodes.Success, run.ExitCode);
        Assert.Contains("encodec_lm_48khz", run.Text, StringComparison.Ordinal);
        Assert.Contains("MB", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Info_UnknownName_IsAUsageErrorThatListsTheKnown()
    {
        CliRun run = await CliRun.Of("models", "info", "encodec_96khz");
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains("encodec_24khz", run.Errors, StringComparison.Ordinal);
    }

    private static Task<ProcessResult> PullAsync(TemporaryFolder cache, LoopbackServer server, string model) => AudioCodecProcess.RunAsync(
        [], [("AUDIOCODEC_CACHE", cache.Root), ("AUDIOCODEC_MIRROR", server.Address(string.Empty).ToString())], "models", "pull", model);
}
