using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace AudioCodec.Cli.Tests;

/// <summary>The package of the command, which <c>tools/test.sh</c> makes before it runs the tests.</summary>
public sealed class PackageTests : IDisposable
{
    private static readonly string? s_packages = Environment.GetEnvironmentVariable("AUDIOCODEC_TOOL_PACKAGES");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Package_HoldsTheModelAndNothingOfTheBuild()
    {
        using ZipArchive archive = ZipFile.OpenRead(Package());
        string[] names = [.. archive.Entries.Select(entry => entry.FullName)];
        Assert.Contains("README.md", names);
        Assert.Contains(names, name => name.EndsWith("checkpoints/audiocodec_24khz/model.safetensors", StringComparison.Ordinal));
        Assert.DoesNotContain(names, name => name.Contains("Generator", StringComparison.Ordinal));
        Assert.DoesNotContain(names, name => name.StartsWith("tools/", StringComparison.Ordinal) && Path.GetFileName(name).StartsWith("AudioCodec", StringComparison.Ordinal) && name.EndsWith(".xml", StringComparison.Ordinal));
    }

    /// <summary>Installed where the repository is not, in a folder that is not the program's, the command finds its model.</summary>
    [Fact]
    public async Task Package_Installed_CompressesWithTheModelThatItBrings()
    {
        string package = Package();
        string version = Path.GetFileNameWithoutExtension(package)["AudioCodec.Cli.".Length..];
        File.WriteAllText(
            _folder["nuget.config"],
            $"<configuration><packageSources><clear/><add key=\"here\" value=\"{Path.GetDirectoryName(package)}\"/></packageSources></configuration>");
        await RunAsync(
            "dotnet", "tool", "install", "AudioCodec.Cli", "--version", version, "--tool-path", _folder["bin"], "--configfile", _folder["nuget.config"]);
        string program = _folder["bin/audiocodec"];
        Assert.Contains("Examples:", await RunAsync(program, "--help"), StringComparison.Ordinal);

        File.WriteAllBytes(_folder["speech.wav"], TestAudio.Wav(TestAudio.Signal(24000, sampleRateHz: 24000)));
        await RunAsync(program, "speech.wav");
        await RunAsync(program, "speech.ecdc");
        Assert.Equal(24000, TestAudio.Read(_folder["speech_decompressed.wav"]).LengthSamples);
    }

    /// <exception cref="SkipException">There is no package.</exception>
    private static string Package()
    {
        Assert.SkipWhen(s_packages is null, "tools/test.sh packs the command and names the folder in AUDIOCODEC_TOOL_PACKAGES.");
        return Directory.GetFiles(s_packages, "AudioCodec.Cli.*.nupkg").Single();
    }

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        // The package's own cache keeps what this test installs out of the user's; the runtime is the one that runs the tests.
        (string, string)[] environment =
        [
            ("NUGET_PACKAGES", _folder["nuget"]),
            ("DOTNET_CLI_HOME", _folder["home"]),
            ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"),
            ("DOTNET_ROOT", Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."))),
        ];
        using Process process = AudioCodecProcess.Start(program, environment, arguments, _folder.Root);
        ProcessResult result = await AudioCodecProcess.FinishAsync(process, []);
        string output = Encoding.UTF8.GetString(result.Output);
        Assert.True(result.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {output}{result.Errors}");
        return output;
    }
}
