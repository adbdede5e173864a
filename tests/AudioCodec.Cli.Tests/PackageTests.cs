using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using AudioCodec.Torch.Loading;

namespace AudioCodec.Cli.Tests;

/// <summary>The packages, which <c>tools/test.sh</c> makes before it runs the tests.</summary>
public sealed class PackageTests : IDisposable
{
    private static readonly string? s_packages = Environment.GetEnvironmentVariable("AUDIOCODEC_PACKAGES");

    private static readonly string? s_libtorch = new LibTorchSearch().Look().FirstOrDefault(candidate => candidate.Fault is null)?.Folder;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Command_HoldsModelsAndRecipesAndNothingOfTheBuild()
    {
        using ZipArchive archive = ZipFile.OpenRead(Package("AudioCodec.Cli"));
        string[] names = [.. archive.Entries.Select(entry => entry.FullName)];
        Assert.Contains("README.md", names);
        Assert.Contains(names, name => name.EndsWith("checkpoints/audiocodec_24khz/model.safetensors", StringComparison.Ordinal));
        Assert.Contains(names, name => name.EndsWith("checkpoints/audiocodec_24khz_small/model.safetensors", StringComparison.Ordinal));
        Assert.Contains(names, name => name.EndsWith("configs/train/codec_24khz_cpu.yaml", StringComparison.Ordinal));
        Assert.Contains(names, name => name.EndsWith("configs/models/audiocodec_24khz_small.yaml", StringComparison.Ordinal));
        Assert.DoesNotContain(names, name => name.EndsWith(".png", StringComparison.Ordinal));
        Assert.DoesNotContain(names, name => name.Contains("OldLibstdcxx", StringComparison.Ordinal));
        Assert.DoesNotContain(names, name => name.StartsWith("tools/", StringComparison.Ordinal) && Path.GetFileName(name).StartsWith("AudioCodec", StringComparison.Ordinal) && name.EndsWith(".xml", StringComparison.Ordinal));
    }

    /// <summary>libtorch is found where it is used; TorchSharp's native parts are small and travel.</summary>
    [Fact]
    public void Command_HoldsTorchSharpAndNoLibtorch()
    {
        using ZipArchive archive = ZipFile.OpenRead(Package("AudioCodec.Cli"));
        ZipArchiveEntry[] native = [.. archive.Entries.Where(entry => entry.FullName.Contains("/native/", StringComparison.Ordinal))];
        Assert.Equal(
            ["linux-x64/native/libLibTorchSharp.so", "osx-arm64/native/libLibTorchSharp.dylib", "win-arm64/native/LibTorchSharp.dll", "win-x64/native/LibTorchSharp.dll"],
            native.Select(entry => entry.FullName.Split("runtimes/")[1]).Order(StringComparer.Ordinal));
        Assert.InRange(native.Sum(entry => entry.Length), 1, 10 << 20);
        Assert.DoesNotContain(archive.Entries, entry => entry.Name is "libtorch.path" || entry.Name.Contains("torch_cpu", StringComparison.Ordinal));
    }

    [Fact]
    public void Library_IsSmallAndEveryPackageHasItsPage()
    {
        Assert.InRange(new FileInfo(Package("AudioCodec")).Length, 1, 1 << 20);
        foreach (string path in Directory.GetFiles(Folder(), "*.nupkg"))
        {
            using ZipArchive archive = ZipFile.OpenRead(path);
            Assert.True(archive.GetEntry("README.md") is not null, path);
            Assert.DoesNotContain(archive.Entries, entry => entry.Name.EndsWith(".png", StringComparison.Ordinal));
        }
    }

    /// <summary>Installed where the repository is not, in a folder that is not the program's, the command finds its model and its recipes.</summary>
    [Fact]
    public async Task Command_Installed_CompressesWithTheModelThatItBrings()
    {
        string program = await InstallAsync();
        Assert.Contains("Examples:", await RunAsync(program, "--help"), StringComparison.Ordinal);

        File.WriteAllBytes(_folder["speech.wav"], TestAudio.Wav(TestAudio.Signal(24000, sampleRateHz: 24000)));
        await RunAsync(program, "speech.wav");
        await RunAsync(program, "speech.ecdc");
        Assert.Equal(24000, TestAudio.Read(_folder["speech_decompressed.wav"]).LengthSamples);

        // A wrong key is found when recipe and model are read, before anything is trained.
        foreach (string recipe in new[] { "codec_24khz_cpu", "configs/train/codec_24khz_cpu.yaml" })
        {
            ProcessResult train = await StartAsync(program, "train", "codec", "-c", recipe, "-d", ".", "no_such_key=1");
            Assert.Equal(ExitCodes.Config, train.ExitCode);
            Assert.Contains("no_such_key", train.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Command_Installed_RunsOnALibtorchThatIsElsewhere()
    {
        string program = await InstallAsync();
        Assert.SkipWhen(s_libtorch is null, "The build brought no libtorch.");
        Assert.Contains(s_libtorch, await RunAsync(program, "torch"), StringComparison.Ordinal);
    }

    /// <summary>A program that takes both packages has the models beside it, built and published, and codes with them.</summary>
    [Fact]
    public async Task Packages_TakenByAProgram_BringTheModels()
    {
        WriteNuGetConfig();
        File.WriteAllText(
            _folder["taker.csproj"],
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup>
              <ItemGroup>
                <PackageReference Include="AudioCodec" Version="{Version("AudioCodec")}" />
                <PackageReference Include="AudioCodec.Models" Version="{Version("AudioCodec.Models")}" />
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(
            _folder["Program.cs"],
            """
            using AudioCodec.Codec codec = AudioCodec.Codec.Load();
            var audio = new AudioCodec.Audio.AudioBuffer(new float[24000], 1, 24000);
            System.Console.WriteLine(codec.Decode(codec.Encode(audio, 6)).LengthSamples);
            """);
        await RunAsync("dotnet", "publish", "-c", "Release", "-o", "published");
        string weights = Path.Combine("checkpoints", "audiocodec_24khz", "model.safetensors");
        Assert.True(File.Exists(_folder[Path.Combine("bin/Release/net10.0", weights)]));
        Assert.True(File.Exists(_folder[Path.Combine("published", weights)]));
        Assert.Equal("24000", (await RunAsync("dotnet", _folder["published/taker.dll"])).Trim());
    }

    /// <exception cref="Xunit.Sdk.SkipException">There are no packages.</exception>
    private static string Folder()
    {
        Assert.SkipWhen(s_packages is null, "tools/test.sh packs the projects and names the folder in AUDIOCODEC_PACKAGES.");
        return s_packages;
    }

    private static string Package(string id) => Path.Combine(Folder(), $"{id}.{Version(id)}.nupkg");

    private static string Version(string id) =>
        Directory.GetFiles(Folder(), id + ".*.nupkg").Select(path => Path.GetFileNameWithoutExtension(path)[(id.Length + 1)..]).Single(version => char.IsDigit(version[0]));

    /// <returns>The program's path.</returns>
    private async Task<string> InstallAsync()
    {
        WriteNuGetConfig();
        await RunAsync(
            "dotnet", "tool", "install", "AudioCodec.Cli", "--version", Version("AudioCodec.Cli"), "--tool-path", _folder["bin"], "--configfile", _folder["nuget.config"]);
        return _folder["bin/audiocodec"];
    }

    /// <summary>The packages under test come from their folder, what they depend on from what the build has fetched already.</summary>
    private void WriteNuGetConfig()
    {
        string fetched = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        File.WriteAllText(
            _folder["nuget.config"],
            $"""
            <configuration>
              <packageSources><clear/><add key="here" value="{Folder()}"/></packageSources>
              <fallbackPackageFolders><add key="fetched" value="{fetched}"/></fallbackPackageFolders>
            </configuration>
            """);
    }

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        ProcessResult result = await StartAsync(program, arguments);
        string output = Encoding.UTF8.GetString(result.Output);
        Assert.True(result.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {output}{result.Errors}");
        return output;
    }

    private Task<ProcessResult> StartAsync(string program, params string[] arguments)
    {
        // The package's own cache keeps what this test installs out of the user's; the runtime is the one that runs the tests.
        (string, string)[] environment =
        [
            ("NUGET_PACKAGES", _folder["nuget"]),
            ("DOTNET_CLI_HOME", _folder["home"]),
            ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"),
            (LibTorchSearch.Variable, s_libtorch ?? ""),
            ("DOTNET_ROOT", Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."))),
        ];
        return AudioCodecProcess.FinishAsync(AudioCodecProcess.Start(program, environment, arguments, _folder.Root), []);
    }
}
