
namespace AudioCodec.Cli.Tests;

/// <summary>Each family of errors has its exit code and leaves no output behind.</summary>
public sealed class FailureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public FailureTests()
    {
        _model = TinyModel.Install(_folder);
        File.WriteAllBytes(_folder["a.wav"], TestAudio.Wav(TestAudio.Signal(1000)));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ExitCodes.Usage, "compress")]
    [InlineData(ExitCodes.Usage, "compress", "{a.wav}", "--checkpoint", "{model}", "-b", "5")]
    [InlineData(ExitCodes.Usage, "compress", "{a.wav}", "--checkpoint", "{model}", "--raw", "s17le:1:1")]
    [InlineData(ExitCodes.Usage, "decompress", "{a.wav}", "--bits", "20")]
    [InlineData(ExitCodes.Usage, "comprss")]
    [InlineData(ExitCodes.Usage, "{a.wav}", "{out.txt}", "--checkpoint", "{model}")]
    [InlineData(ExitCodes.Usage, "compress", "{a.wav}", "-o", "-", "--json", "--checkpoint", "{model}")]
    [InlineData(ExitCodes.Usage, "compress", "{golden.ecdc}", "-o", "{x.ecdc}", "--checkpoint", "{model}")]
    [InlineData(ExitCodes.Usage, "cat", "{golden.ecdc}")]
    [InlineData(ExitCodes.InputOutput, "compress", "{a.wav}", "-o", "/proc/a.ecdc", "--checkpoint", "{model}")]
    [InlineData(ExitCodes.InputOutput, "compress", "{missing.wav}", "--checkpoint", "{model}")]
    [InlineData(ExitCodes.InputOutput, "compress", "{a.wav}", "-o", "{no/such/folder.ecdc}", "--checkpoint", "{model}")]
    [InlineData(ExitCodes.Audio, "compress", "{broken.wav}", "--checkpoint", "{model}")]
    [InlineData(ExitCodes.Bitstream, "decompress", "{a.wav}", "--checkpoint", "{model}")]
    [InlineData(ExitCodes.Bitstream, "decompress", "{golden.ecdc}", "--checkpoint", "{model}")]
    [InlineData(ExitCodes.Bitstream, "info", "{a.wav}")]
    [InlineData(ExitCodes.Bitstream, "verify", "{truncated.ecdc}")]
    [InlineData(ExitCodes.Bitstream, "verify", "{longer.ecdc}")]
    [InlineData(ExitCodes.Checkpoint, "compress", "{a.wav}", "--checkpoint", "{broken.wav}")]
    [InlineData(ExitCodes.Checkpoint, "compress", "{a.wav}", "--model", "no_such_model")]
    [InlineData(ExitCodes.Config, "compress", "{a.wav}", "--checkpoint", "{badconfig}")]
    public async Task Run_ThatFails_HasItsExitCodeAndLeavesNothing(int expected, params string[] arguments)
    {
        byte[] golden = File.ReadAllBytes(Fixtures.Path("golden/encodec_24khz.bw6.ecdc"));
        File.WriteAllBytes(_folder["golden.ecdc"], golden);
        File.WriteAllBytes(_folder["truncated.ecdc"], golden[..^1]);
        File.WriteAllBytes(_folder["longer.ecdc"], [.. golden, 0]);
        File.WriteAllBytes(_folder["broken.wav"], "RIFF\0\0\0\0WAVEfmt "u8.ToArray());
        Directory.CreateDirectory(_folder["badconfig"]);
        File.Copy(Path.Combine(_model, "model.safetensors"), _folder["badconfig/model.safetensors"]);
        File.WriteAllText(_folder["badconfig/config.json"], "{\"kind\": \"codec\", \"colour\": \"red\"}");
        string[] before = _folder.Files();

        string[] resolved = [.. arguments.Select(word => word switch
        {
            "{model}" => _model,
            _ when word.StartsWith('{') => _folder[word[1..^1]],
            _ => word,
        })];
        CliRun run = await CliRun.Of(resolved);

        Assert.True(expected == run.ExitCode, $"exit code {run.ExitCode}, expected {expected}: {run.Errors}");
        Assert.StartsWith("error: ", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
        Assert.Equal(before, _folder.Files());
    }

    [Fact]
    public async Task Verbose_ShowsWhereItFailed()
    {
        CliRun run = await CliRun.Of("--verbose", "info", _folder["a.wav"]);
        Assert.Equal(ExitCodes.Bitstream, run.ExitCode);
        Assert.Contains("   at ", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compress_ModelThatIsNotInstalled_SaysHowToGetIt()
    {
        CliRun run = await CliRun.Of("compress", _folder["a.wav"], "--model", "encodec_48khz");
        Assert.Equal(ExitCodes.Checkpoint, run.ExitCode);
        Assert.Contains("audiocodec models pull encodec_48khz", run.Errors, StringComparison.Ordinal);
    }
}
