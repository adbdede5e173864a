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
    public async Task Compress_SubfolderThatCannotBeRead_DoesNotStopTheOthers()
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

    private async Task<string[]> CompressAll(int exitCode)
    {
        CliRun run = await CliRun.Of("compress", _folder["in"], "-o", _folder["out"], "--checkpoint", _model);
        Assert.True(run.ExitCode == exitCode, run.Errors);
        return [.. Directory.EnumerateFiles(_folder["out"], "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_folder["out"], file)).Order(StringComparer.Ordinal)];
    }
}
