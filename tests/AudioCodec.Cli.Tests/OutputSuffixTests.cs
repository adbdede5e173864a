using AudioCodec.Audio;

namespace AudioCodec.Cli.Tests;

/// <summary>What is written is what the output's name says.</summary>
public sealed class OutputSuffixTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public OutputSuffixTests()
    {
        _model = TinyModel.Install(_folder);
        File.WriteAllBytes(_folder["in.wav"], TestAudio.Wav(TestAudio.Signal(4000), PcmEncoding.S16));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("16")]
    [InlineData("24")]
    public async Task Decompress_ToFlac_HoldsTheSamplesOfTheWav(string bits)
    {
        await Prepare();
        Assert.Equal(ExitCodes.Success, (await CliRun.Of("decompress", _folder["in.ecdc"], "-o", _folder["a.wav"], "--bits", bits, "--checkpoint", _model)).ExitCode);
        CliRun run = await CliRun.Of("decompress", _folder["in.ecdc"], "-o", _folder["a.flac"], "--bits", bits, "--checkpoint", _model);
        Assert.True(run.ExitCode == ExitCodes.Success, run.Errors);
        Assert.Equal("fLaC"u8.ToArray(), File.ReadAllBytes(_folder["a.flac"])[..4]);
        Assert.Equal(TestAudio.Read(_folder["a.wav"]).Samples, TestAudio.Read(_folder["a.flac"]).Samples);
    }

    [Theory]
    [InlineData("a.m4a", 4, "ftyp")]
    [InlineData("a.aiff", 0, "FORM")]
    [InlineData("a.au", 0, ".snd")]
    [InlineData("a.caf", 0, "caff")]
    public async Task BareForm_OtherSuffix_WritesThatContainer(string name, int offset, string mark)
    {
        await Prepare();
        CliRun run = await CliRun.Of(_folder["in.ecdc"], _folder[name], "--checkpoint", _model);
        Assert.True(run.ExitCode == ExitCodes.Success, run.Errors);
        byte[] start = File.ReadAllBytes(_folder[name])[offset..(offset + 4)];
        Assert.Equal(mark, System.Text.Encoding.Latin1.GetString(start));
    }

    /// <summary>A format that ffmpeg reads and does not write.</summary>
    [Fact]
    public async Task Decompress_SuffixThatCannotBeWritten_FailsWithoutAFile()
    {
        await Prepare();
        CliRun run = await CliRun.Of("decompress", _folder["in.ecdc"], "-o", _folder["a.ape"], "--checkpoint", _model);
        Assert.Equal(ExitCodes.InputOutput, run.ExitCode);
        Assert.Contains("ffmpeg cannot write", run.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["a.ape"]));
    }

    [Fact]
    public async Task Decompress_ToFlacWithoutFfmpeg_SaysWhatToDo()
    {
        Assert.Equal(ExitCodes.Success, (await CliRun.Of("compress", _folder["in.wav"], "--checkpoint", _model)).ExitCode);
        string dotnet = Environment.ProcessPath is string host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet";
        ProcessResult run = await AudioCodecProcess.FinishAsync(
            AudioCodecProcess.Start(
                dotnet, [("PATH", _folder.Root)], [typeof(CommandLine).Assembly.Location, "decompress", "in.ecdc", "-o", "a.flac", "--checkpoint", _model], _folder.Root),
            []);
        Assert.Equal(ExitCodes.InputOutput, run.ExitCode);
        Assert.Contains("install ffmpeg", run.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["a.flac"]));
    }

    private async Task Prepare()
    {
        Assert.SkipUnless((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "ffmpeg"))), "ffmpeg is not on the PATH.");
        Assert.Equal(ExitCodes.Success, (await CliRun.Of("compress", _folder["in.wav"], "--checkpoint", _model)).ExitCode);
    }
}
