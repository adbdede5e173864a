using AudioCodec.Audio;

namespace AudioCodec.Cli.Tests;

/// <summary>Closed, full and odd streams, as a shell makes them.</summary>
public sealed class StandardStreamTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public StandardStreamTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The test uses a POSIX shell and Linux's devices.");
        _model = TinyModel.Install(_folder);
        File.WriteAllBytes(_folder["in.wav"], TestAudio.Wav(TestAudio.Signal(4000), PcmEncoding.S16));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("2>&-")]
    [InlineData("2>/dev/full")]
    public async Task Compress_NobodyCanReadErrors_WritesItsOutput(string redirection)
    {
        ProcessResult run = await Shell($"$A compress in.wav -o a.ecdc {redirection}");
        Assert.Equal(ExitCodes.Success, run.ExitCode);
        Assert.NotEmpty(File.ReadAllBytes(_folder["a.ecdc"]));
        Assert.Equal(ExitCodes.InputOutput, (await Shell($"$A compress nosuch.wav {redirection}")).ExitCode);
    }

    [Fact]
    public async Task Compress_StandardInputIsClosed_SaysSo()
    {
        ProcessResult run = await Shell("$A compress - -o a.ecdc <&-");
        Assert.Equal(ExitCodes.InputOutput, run.ExitCode);
        Assert.Contains("Standard input is closed", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compress_ToATerminal_IsRefused()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "The test needs the program script for a terminal.");
        ProcessResult run = await Shell("script -qec \"$A compress - < in.wav\" /dev/null");
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.DoesNotContain("ECDC", System.Text.Encoding.Latin1.GetString(run.Output), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-f")]
    public async Task Compress_NamedPipeAsOutput_IsWrittenThrough(string force)
    {
        ProcessResult run = await Shell($"$A compress in.wav -o a.ecdc; mkfifo pipe; cat pipe > b.ecdc & $A compress in.wav -o pipe {force} && wait && test -p pipe");
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Equal(File.ReadAllBytes(_folder["a.ecdc"]), File.ReadAllBytes(_folder["b.ecdc"]));
    }

    [Fact]
    public async Task Decompress_NamedPipeAsInput_IsRead()
    {
        ProcessResult run = await Shell("$A compress in.wav -o a.ecdc; mkfifo pipe; cat a.ecdc > pipe & $A decompress pipe -o a.wav");
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Equal(4000, TestAudio.Read(_folder["a.wav"]).LengthSamples);
    }

    /// <summary>A shell's redirection of standard input is seen too.</summary>
    [Fact]
    public async Task Compress_StandardInputIsTheOutput_IsRefused()
    {
        byte[] before = File.ReadAllBytes(_folder["in.wav"]);
        ProcessResult run = await Shell("ln -s in.wav same.ecdc; $A compress - -o same.ecdc -f < in.wav");
        Assert.Equal(ExitCodes.InputOutput, run.ExitCode);
        Assert.Equal(before, File.ReadAllBytes(_folder["in.wav"]));
    }

    /// <summary>Runs a line of shell in the test's folder, where <c>$A</c> is the program.</summary>
    private Task<ProcessResult> Shell(string line)
    {
        // The model is the default of the folder's commands, as an alias with options would have it.
        string program = $"dotnet {typeof(CommandLine).Assembly.Location}";
        string script = line.Replace(" compress", " compress --checkpoint $M", StringComparison.Ordinal).Replace(" decompress", " decompress --checkpoint $M", StringComparison.Ordinal);
        return AudioCodecProcess.FinishAsync(AudioCodecProcess.Start("/bin/sh", [("A", program), ("M", _model)], ["-c", script], _folder.Root), []);
    }
}
