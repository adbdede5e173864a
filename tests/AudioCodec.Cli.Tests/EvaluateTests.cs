using System.Text.Json;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Entropy;

namespace AudioCodec.Cli.Tests;

public sealed class EvaluateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;
    private readonly string _data;

    public EvaluateTests()
    {
        _model = TinyModel.Install(_folder);
        _data = _folder["data"];
        foreach ((string name, int seed) in new[] { ("speech/one.wav", 1), ("speech/two.wav", 2), ("music/three.wav", 3) })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_data, name))!); // below the test's folder
            File.WriteAllBytes(Path.Combine(_data, name), TestAudio.Wav(TestAudio.Signal(6000, seed: seed)));
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Evaluate_Folder_PrintsOneRowForEachKindAndBandwidth()
    {
        CliRun run = await CliRun.Of("evaluate", _data, "--checkpoint", _model, "--no-baselines", "--threads", "2");
        Assert.Equal(ExitCodes.Success, run.ExitCode);
        Assert.Contains("speech, 2 files", run.Text, StringComparison.Ordinal);
        Assert.Contains("music, 1 file", run.Text, StringComparison.Ordinal);
        Assert.Equal(6, run.Text.Split('\n').Count(line => line.TrimStart().StartsWith("encodec_tiny_causal", StringComparison.Ordinal)));
        Assert.Contains("Codebook perplexity of encodec_tiny_causal", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_JsonHtmlAndPictures_AreAllWritten()
    {
        string html = _folder["report.html"], pictures = _folder["pictures"];
        CliRun run = await CliRun.Of(
            "evaluate", _data, "--checkpoint", _model, "--no-baselines", "-b", "8", "--limit", "1", "--max-seconds", "0.5", "--json", "--html", html, "--pictures", pictures);
        Assert.Equal(ExitCodes.Success, run.ExitCode);
        using var json = JsonDocument.Parse(run.Text);
        Assert.Equal(2, json.RootElement.GetProperty("points").GetArrayLength());
        Assert.All(json.RootElement.GetProperty("scores").EnumerateArray(), file => Assert.Equal(0.5, file.GetProperty("duration_seconds").GetDouble()));
        Assert.Contains("<svg", File.ReadAllText(html), StringComparison.Ordinal);
        Assert.Equal(4, Directory.GetFiles(pictures, "*.png").Length);
        Assert.Contains("report.html written", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_LanguageModel_MeasuresItsFiles_UnlessItBelongsToOtherWeights()
    {
        string languageModel = _folder["lm"];
        EncodecConfig codec = TinyConfigs.Causal;
        TinyLanguageModel.Install(languageModel, codec, new int[codec.Codebooks * 50]);
        string[] arguments = ["evaluate", _data, "--checkpoint", _model, "--no-baselines", "-b", "8", "--lm", languageModel, "--json"];
        CliRun run = await CliRun.Of(arguments);
        Assert.Equal((ExitCodes.Success, ""), (run.ExitCode, run.Errors));
        using var json = JsonDocument.Parse(run.Text);
        Assert.All(json.RootElement.GetProperty("scores").EnumerateArray(), file => Assert.True(file.GetProperty("entropy_coded_bytes").GetInt64() > 0));

        string description = Path.Combine(languageModel, "config.json");
        EntropyModelConfig config = EntropyModelConfig.Parse(File.ReadAllBytes(description), description);
        File.WriteAllBytes(description, (config with { CodecFingerprint = WeightsFingerprint.FromBytes(new byte[WeightsFingerprint.ByteCount]) }).ToJson());
        CliRun other = await CliRun.Of(arguments);
        Assert.Equal((ExitCodes.Checkpoint, ""), (other.ExitCode, other.Text));
        Assert.Contains("00000000", other.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_ExistingPage_IsKeptWithoutForce()
    {
        string html = _folder["report.html"];
        File.WriteAllText(html, "mine");
        CliRun run = await CliRun.Of("evaluate", _data, "--checkpoint", _model, "--no-baselines", "--html", html);
        Assert.Equal(ExitCodes.InputOutput, run.ExitCode);
        Assert.Equal("mine", File.ReadAllText(html));
    }

    [Fact]
    public async Task Evaluate_WhatDoesNotExist_SaysSo()
    {
        CliRun bandwidth = await CliRun.Of("evaluate", _data, "--checkpoint", _model, "-b", "5");
        Assert.Equal(ExitCodes.Usage, bandwidth.ExitCode);
        Assert.Contains("4, 8, 16", bandwidth.Errors, StringComparison.Ordinal);
        CliRun data = await CliRun.Of("evaluate", _folder["nowhere"], "--checkpoint", _model);
        Assert.Equal(ExitCodes.InputOutput, data.ExitCode);
        CliRun limit = await CliRun.Of("evaluate", _data, "--checkpoint", _model, "--limit", "0");
        Assert.Equal(ExitCodes.Usage, limit.ExitCode);
    }
}
