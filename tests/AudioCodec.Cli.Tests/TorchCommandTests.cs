using System.Text;
using System.Text.Json.Nodes;
using AudioCodec.Torch.Loading;

namespace AudioCodec.Cli.Tests;

/// <summary><c>audiocodec torch</c>, as a process of its own: one process has one libtorch.</summary>
public sealed class TorchCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Torch_InTheRepository_TellsVersionFolderAndDevices()
    {
        ProcessResult text = await AudioCodecProcess.RunAsync([], [], "torch");
        Assert.SkipWhen(text.ExitCode == ExitCodes.Torch && !RequiredTorch.IsRequired, text.Errors);
        Assert.True(text.ExitCode == ExitCodes.Success, text.Errors);
        Assert.Matches(@"libtorch +2\.1[01]\.\d", Encoding.UTF8.GetString(text.Output));

        ProcessResult json = await AudioCodecProcess.RunAsync([], [], "torch", "--json");
        JsonNode report = JsonNode.Parse(json.Output)!; // The output is one object.
        Assert.True((bool)report["found"]!);
        Assert.True(File.Exists(Path.Combine((string)report["folder"]!, OperatingSystem.IsWindows() ? "torch_cpu.dll" : OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib" : "libtorch_cpu.so")));
        Assert.Equal("cpu", (string)report["devices"]![0]!);
        Assert.Equal("0.107.0", (string)report["torchsharp"]!);
    }

    [Theory]
    [InlineData("torch")]
    [InlineData("torch", "--json")]
    [InlineData("train", "codec", "-c", "configs/train/codec_24khz_cpu.yaml", "-d", ".")]
    public async Task AnyUse_WhereThereIsNoLibtorch_IsOneMessageWithTheCommandThatGetsOne(params string[] arguments)
    {
        string program = CopyWithoutLibtorch();
        arguments = [.. arguments.Select(a => a.StartsWith("configs/", StringComparison.Ordinal) ? Path.Combine(Fixtures.RepositoryRoot, a) : a)];
        ProcessResult run = await RunAsync(program, [("PATH", _folder.Root), ("NUGET_PACKAGES", _folder["packages"]), (LibTorchSearch.Variable, "")], arguments);
        string said = run.Errors + Encoding.UTF8.GetString(run.Output);
        Assert.True(run.ExitCode == ExitCodes.Torch, said);
        Assert.Contains("dotnet package download libtorch-cpu-", said, StringComparison.Ordinal);
        Assert.Contains("python3", said, StringComparison.Ordinal);
        AssertNoTrace(said);
    }

    [Fact]
    public async Task Torch_VariableThatPointsNowhere_SaysSo()
    {
        ProcessResult run = await AudioCodecProcess.RunAsync([], [(LibTorchSearch.Variable, _folder["nowhere"])], "torch");
        Assert.Equal(ExitCodes.Torch, run.ExitCode);
        Assert.Contains(LibTorchSearch.Variable, run.Errors, StringComparison.Ordinal);
        Assert.Contains(_folder["nowhere"], run.Errors, StringComparison.Ordinal);
        AssertNoTrace(run.Errors);
    }

    [Fact]
    public async Task Torch_OtherVersion_NamesItAndThoseThatWork()
    {
        Directory.CreateDirectory(_folder["torch/lib"]);
        File.WriteAllText(_folder["torch/version.py"], "__version__ = '1.13.0a0'\n");
        foreach (string library in new[] { "libtorch_cpu.so", "libtorch_cpu.dylib", "torch_cpu.dll" })
        {
            File.WriteAllText(_folder[$"torch/lib/{library}"], "");
        }

        ProcessResult run = await AudioCodecProcess.RunAsync([], [(LibTorchSearch.Variable, _folder["torch"])], "torch");
        Assert.Equal(ExitCodes.Torch, run.ExitCode);
        Assert.Contains("1.13.0", run.Errors, StringComparison.Ordinal);
        Assert.Contains("2.10 or 2.11", run.Errors, StringComparison.Ordinal);
        AssertNoTrace(run.Errors);
    }

    private static void AssertNoTrace(string said)
    {
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        Assert.DoesNotContain("DllNotFound", said, StringComparison.Ordinal);
        Assert.DoesNotContain("TypeInitialization", said, StringComparison.Ordinal);
        Assert.DoesNotContain("fault of audiocodec", said, StringComparison.Ordinal);
    }

    /// <summary>The program without the file that a build leaves beside it to name a libtorch: as it is when installed.</summary>
    private string CopyWithoutLibtorch()
    {
        string source = Path.GetDirectoryName(typeof(CommandLine).Assembly.Location)!; // Loaded from a file.
        foreach (string path in Directory.EnumerateFiles(source).Where(path => path.EndsWith(".dll", StringComparison.Ordinal) || path.EndsWith(".json", StringComparison.Ordinal)))
        {
            Copy(source, path);
        }

        foreach (string path in Directory.EnumerateFiles(source, "*LibTorchSharp.*", SearchOption.AllDirectories))
        {
            Copy(source, path);
        }

        return _folder["program/AudioCodec.Cli.dll"];
    }

    private void Copy(string source, string path)
    {
        string target = Path.Combine(_folder["program"], Path.GetRelativePath(source, path));
        Directory.CreateDirectory(Path.GetDirectoryName(target)!); // Every file has a folder.
        File.Copy(path, target);
    }

    private static Task<ProcessResult> RunAsync(string program, (string, string)[] environment, string[] arguments) =>
        AudioCodecProcess.FinishAsync(AudioCodecProcess.Start("dotnet", environment, [program, .. arguments]), []);
}
