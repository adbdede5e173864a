using AudioCodec.Audio;

namespace AudioCodec.Cli.Tests;

/// <summary>What a command reads is never what it writes, by whatever name.</summary>
public sealed class OutputIdentityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public OutputIdentityTests()
    {
        _model = TinyModel.Install(_folder);
        File.WriteAllBytes(_folder["in.wav"], TestAudio.Wav(TestAudio.Signal(4000), PcmEncoding.S16));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("compress in.wav -o LINK.ecdc -f --checkpoint MODEL", "in.wav")]
    [InlineData("in.wav LINK.ecdc -f --checkpoint MODEL", "in.wav")]
    [InlineData("roundtrip in.wav -o LINK.wav -f --checkpoint MODEL", "in.wav")]
    [InlineData("roundtrip in.wav --ecdc LINK.ecdc -f --checkpoint MODEL", "in.wav")]
    [InlineData("evaluate in.wav --html LINK.html -f --no-baselines -b 4 --checkpoint MODEL", "in.wav")]
    [InlineData("decompress in.ecdc -o LINK.wav -f --checkpoint MODEL", "in.ecdc")]
    [InlineData("cat in.ecdc in.ecdc -o LINK.ecdc -f", "in.ecdc")]
    [InlineData("trim in.ecdc --duration 0.1 -o LINK.ecdc -f", "in.ecdc")]
    [InlineData("codes export in.ecdc LINK.npy -f --checkpoint MODEL", "in.ecdc")]
    [InlineData("codes import in.npy LINK.ecdc -f --checkpoint MODEL", "in.npy")]
    [InlineData("codes import in.npy in.npy -f --checkpoint MODEL", "in.npy")]
    [InlineData("export MODEL -o MODEL --force", "MODEL/model.safetensors")]
    public async Task Command_OutputIsItsInput_IsRefusedAndTheInputKept(string line, string input)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        Assert.Equal(ExitCodes.Success, (await CliRun.Of("compress", _folder["in.wav"], "--checkpoint", _model, "--format", "1")).ExitCode);
        Assert.Equal(ExitCodes.Success, (await CliRun.Of("codes", "export", _folder["in.ecdc"], _folder["in.npy"], "--checkpoint", _model)).ExitCode);
        input = input.Replace("MODEL", Path.GetFileName(_model), StringComparison.Ordinal);
        byte[] before = File.ReadAllBytes(_folder[input]);
        foreach (string extension in new[] { ".wav", ".ecdc", ".npy", ".html" })
        {
            File.CreateSymbolicLink(_folder[$"LINK{extension}"], input);
        }

        string[] arguments =
        [
            .. line.Split(' ').Select(word => word == "MODEL" ? _model
                : word.StartsWith("in.", StringComparison.Ordinal) || word.StartsWith("LINK.", StringComparison.Ordinal) ? _folder[word] : word),
        ];
        CliRun run = await CliRun.Of(arguments);
        Assert.Equal(ExitCodes.InputOutput, run.ExitCode);
        Assert.Contains("name another", run.Errors, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_folder[input]));
    }

    [Fact]
    public async Task Compress_OutputOfOneFileIsTheInputOfAnother_IsRefused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        File.WriteAllBytes(_folder["b.wav"], TestAudio.Wav(TestAudio.Signal(4000)));
        Directory.CreateDirectory(_folder["out"]);
        File.CreateSymbolicLink(_folder["out/in.ecdc"], "../b.wav");
        byte[] before = File.ReadAllBytes(_folder["b.wav"]);
        CliRun run = await CliRun.Of("compress", _folder["in.wav"], _folder["b.wav"], "-o", _folder["out"], "-f", "--checkpoint", _model);
        Assert.Equal(ExitCodes.InputOutput, run.ExitCode);
        Assert.Equal(before, File.ReadAllBytes(_folder["b.wav"]));
    }

    [Fact]
    public async Task RoundTrip_BothOutputsAtOnePlace_IsRefused()
    {
        CliRun run = await CliRun.Of("roundtrip", _folder["in.wav"], "-o", _folder["a.wav"], "--ecdc", _folder["./a.wav"], "--checkpoint", _model);
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.False(File.Exists(_folder["a.wav"]));
    }

    [Fact]
    public async Task Compress_LinkByItsBareName_WritesWhatItLeadsTo()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        File.WriteAllBytes(_folder["target.ecdc"], [1]);
        File.CreateSymbolicLink(_folder["link.ecdc"], "target.ecdc");
        ProcessResult run = await AudioCodecProcess.FinishAsync(
            AudioCodecProcess.Start(
                "dotnet", [], [typeof(CommandLine).Assembly.Location, "compress", "in.wav", "-o", "link.ecdc", "-f", "--checkpoint", _model], _folder.Root),
            []);
        Assert.True(run.ExitCode == ExitCodes.Success, run.Errors);
        Assert.Equal("target.ecdc", new FileInfo(_folder["link.ecdc"]).LinkTarget);
        Assert.Equal("ECDC"u8.ToArray(), File.ReadAllBytes(_folder["target.ecdc"])[..4]);
    }
}
