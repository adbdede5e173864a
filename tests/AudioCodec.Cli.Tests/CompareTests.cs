using System.Text.Json;
using AudioCodec.Models;

namespace AudioCodec.Cli.Tests;

public sealed class CompareTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _a;
    private readonly string _b;
    private readonly string _recording;

    public CompareTests()
    {
        _a = TinyModel.Install(_folder, TinyConfigs.Causal with { Name = "encodec_tiny_causal" });
        _b = _folder["other"];
        Directory.CreateDirectory(_b);
        File.Copy(Path.Combine(_a, "model.safetensors"), Path.Combine(_b, "model.safetensors"));
        File.WriteAllText(Path.Combine(_b, "config.json"), File.ReadAllText(Path.Combine(_a, "config.json")).Replace("encodec_tiny_causal", "another", StringComparison.Ordinal));
        _recording = _folder["voice.wav"];
        File.WriteAllBytes(_recording, TestAudio.Wav(TestAudio.Signal(8000)));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Compare_TwoCodecs_GivesFiguresAndAPageWithPlayers()
    {
        CliRun run = await CliRun.Of("compare", _recording, "--model", _a, "--model", _b, "-b", "4", "-b", "8", "--speech", "--json", "--threads", "1");
        Assert.True(run.ExitCode == ExitCodes.Success, run.Errors);
        using var json = JsonDocument.Parse(run.Text);
        JsonElement[] points = [.. json.RootElement.GetProperty("points").EnumerateArray()];
        Assert.Equal(
            ["encodec_tiny_causal 4", "encodec_tiny_causal 8", "another 4", "another 8"],
            points.Select(point => $"{point.GetProperty("codec").GetString()} {point.GetProperty("rate_kbps").GetDouble()}"));
        Assert.Equal(points[0].GetProperty("si_sdr_db").GetDouble(), points[2].GetProperty("si_sdr_db").GetDouble());
        Assert.All(points, point => Assert.Equal(JsonValueKind.Number, point.GetProperty("stoi").ValueKind));

        string page = File.ReadAllText(_folder["voice_compared.html"]);
        Assert.Equal(5, page.Split("<audio controls").Length - 1);
        Assert.Contains("<h1>voice.wav: encodec_tiny_causal and another</h1>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"http", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_NoSuchRecording_IsAnInputError()
    {
        CliRun run = await CliRun.Of("compare", _folder["nosuch.wav"], "--model", _a);
        Assert.Equal(ExitCodes.InputOutput, run.ExitCode);
        Assert.Contains("nosuch.wav' does not exist", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_PageThatIsThere_IsKeptUnlessForced()
    {
        string page = _folder["page.html"];
        File.WriteAllText(page, "old");
        string[] arguments = ["compare", _recording, "--model", _a, "-b", "4", "-o", page];
        Assert.Equal(ExitCodes.InputOutput, (await CliRun.Of(arguments)).ExitCode);
        Assert.Equal("old", File.ReadAllText(page));
        CliRun forced = await CliRun.Of([.. arguments, "-f"]);
        Assert.True(forced.ExitCode == ExitCodes.Success, forced.Errors);
        Assert.Contains("encodec_tiny_causal", forced.Text, StringComparison.Ordinal);
        Assert.Contains("<audio controls", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_CodecsThatCannotBeCompared_AreUsageErrors()
    {
        string stereo = TinyModel.Install(_folder, TinyConfigs.Stereo);
        CliRun formats = await CliRun.Of("compare", _recording, "--model", _a, "--model", stereo);
        Assert.Equal(ExitCodes.Usage, formats.ExitCode);
        Assert.Contains("encodec_tiny_stereo has another sample rate or number of channels", formats.Errors, StringComparison.Ordinal);
        CliRun names = await CliRun.Of("compare", _recording, "--model", _a, "--model", _a + Path.DirectorySeparatorChar);
        Assert.Equal(ExitCodes.Usage, names.ExitCode);
        Assert.False(File.Exists(_folder["voice_compared.html"]));
    }

    /// <summary>Without a name, both codecs that ship.</summary>
    [Fact]
    public async Task Compare_ByDefault_TakesTheCodecsOnThisMachine()
    {
        CliRun run = await CliRun.Of("compare", _recording, "-b", "6", "--max-seconds", "0.5");
        Assert.True(run.ExitCode == ExitCodes.Success, run.Errors);
        int first = run.Text.IndexOf(ModelCatalogue.BundledCodec + " ", StringComparison.Ordinal);
        Assert.InRange(run.Text.IndexOf("audiocodec_24khz_small", StringComparison.Ordinal), first + 1, int.MaxValue);
    }
}
