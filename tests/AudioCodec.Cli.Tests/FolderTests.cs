using System.Runtime.Versioning;
using AudioCodec.Audio;

namespace AudioCodec.Cli.Tests;

/// <summary>Folders as people have them.</summary>
public sealed class FolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public FolderTests()
    {
        _model = TinyModel.Install(_folder);
        Directory.CreateDirectory(_folder["in/sub"]);
        File.WriteAllBytes(_folder["in/song.wav"], TestAudio.Wav(TestAudio.Signal(2000), PcmEncoding.S16));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Compress_FolderThatLinksToItself_IsReadOnce()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        Directory.CreateSymbolicLink(_folder["in/loop"], ".");
        Directory.CreateSymbolicLink(_folder["in/sub/up"], "..");
        Assert.Equal(["song.ecdc"], await CompressAll(ExitCodes.Success));
    }

    [Fact]
    public async Task Compress_LinkedFolderElsewhere_IsReadToo()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        Directory.CreateDirectory(_folder["elsewhere"]);
        File.Copy(_folder["in/song.wav"], _folder["elsewhere/other.wav"]);
        Directory.CreateSymbolicLink(_folder["in/linked"], "../elsewhere");
        Assert.Equal([Path.Combine("linked", "other.ecdc"), "song.ecdc"], await CompressAll(ExitCodes.Success));
    }

    /// <summary>The content decides, so that the files of other formats are WAV here.</summary>
    [Fact]
    public async Task Compress_FilesThatDifferInTheirExtension_HaveOutputsOfTheirOwn()
    {
        foreach (string extension in new[] { "flac", "aifc", "caf", "w64", "au", "wv" })
        {
            File.Copy(_folder["in/song.wav"], _folder[$"in/song.{extension}"]);
        }

        string[] expected = [.. new[] { "aifc", "au", "caf", "flac", "w64", "wav", "wv" }.Select(extension => $"song.{extension}.ecdc")];
        Assert.Equal(expected, await CompressAll(ExitCodes.Success));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Compress_SubfolderThatMayNotBeRead_DoesNotStopTheOthers()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "The test needs a folder that it may not read.");
        File.SetUnixFileMode(_folder["in/sub"], UnixFileMode.None);
        try
        {
            Assert.Equal(["song.ecdc"], await CompressAll(ExitCodes.PartialFailure));
        }
        finally
        {
            File.SetUnixFileMode(_folder["in/sub"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>What cannot be read is named, the rest is done, and the exit code tells, in every command that walks a folder; here a folder that lies deeper than a path reaches.</summary>
    [Theory]
    [InlineData("compress IN -o OUT/coded --checkpoint MODEL")]
    [InlineData("tokenize IN -o OUT/codes --checkpoint MODEL")]
    [InlineData("evaluate IN --no-baselines --checkpoint MODEL")]
    [InlineData("compare IN --model MODEL -b 4 -o OUT/page.html")]
    [InlineData("evaluate generator --samples-folder IN")]
    [InlineData("train codec -c codec_24khz_cpu -d IN -o OUT/run --dry-run model.filters=2 data.batch_size=1 data.crop_seconds=0.5")]
    public async Task Run_SubfolderThatCannotBeRead_IsNamedAndPassedOver(string line)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Paths have other limits there.");
        if (line.StartsWith("train", StringComparison.Ordinal))
        {
            _ = RequiredTorch.Load();
        }

        Directory.CreateDirectory(_folder["deep/dog"]);
        Directory.CreateDirectory(_folder["out"]);
        File.WriteAllBytes(_folder["deep/dog/song.wav"], TestAudio.Wav(TestAudio.Signal(8000), PcmEncoding.S16));
        string name = new('d', 250);
        try
        {
            await ShellAsync($"cd '{_folder["deep/dog"]}' && for i in $(seq 20); do mkdir {name} && cd {name} || exit 1; done");
            CliRun run = await CliRun.Of([.. line.Split(' ').Select(word => word == "IN" ? _folder["deep"] : word == "MODEL" ? _model : word.Replace("OUT", _folder["out"], StringComparison.Ordinal))]);
            Assert.True(run.ExitCode == ExitCodes.PartialFailure, $"{run.ExitCode}: {run.Errors}");
            Assert.Contains($"{name}/{name}", run.Errors, StringComparison.Ordinal);
        }
        finally
        {
            await ShellAsync($"rm -rf '{_folder["deep"]}'");
        }
    }

    private static async Task ShellAsync(string command)
    {
        ProcessResult shell = await AudioCodecProcess.FinishAsync(AudioCodecProcess.Start("bash", [], ["-c", command]), []);
        Assert.True(shell.ExitCode == 0, shell.Errors);
    }

    private async Task<string[]> CompressAll(int exitCode)
    {
        CliRun run = await CliRun.Of("compress", _folder["in"], "-o", _folder["out"], "--checkpoint", _model);
        Assert.True(run.ExitCode == exitCode, run.Errors);
        return [.. Directory.EnumerateFiles(_folder["out"], "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_folder["out"], file)).Order(StringComparer.Ordinal)];
    }
}
