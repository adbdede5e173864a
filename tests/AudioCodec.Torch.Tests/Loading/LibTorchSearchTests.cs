using AudioCodec.Torch.Loading;

namespace AudioCodec.Torch.Tests.Loading;

public sealed class LibTorchSearchTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    /// <summary>A search that finds nothing unless a test puts it there.</summary>
    private LibTorchSearch Nothing => new() { NamedFolder = null, ProgramFolder = _root["program"], Python = _root["no-python"], PackagesFolder = _root["packages"] };

    [Fact]
    public void Find_Nothing_SaysWhereItLookedAndWhatGetsOne()
    {
        string message = Assert.Throws<LibTorchException>(() => Nothing.Find(cuda: false)).Message;
        Assert.Contains(_root["program"], message, StringComparison.Ordinal);
        Assert.Contains("no-python", message, StringComparison.Ordinal);
        Assert.Contains(_root["packages"], message, StringComparison.Ordinal);
        Assert.Contains("2.10 or 2.11", message, StringComparison.Ordinal);
        Assert.Contains($"dotnet package download libtorch-cpu-{LibTorchPlatform.Runtime}@2.10.0 --output", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_NamedFolderThatIsNotThere_NamesTheVariableAndLooksNowhereElse()
    {
        LibTorchSearch search = Nothing with { NamedFolder = _root["nowhere"] };
        FakeLibTorch.Libraries(_root["program"]);
        string message = Assert.Throws<LibTorchException>(() => search.Find(cuda: false)).Message;
        Assert.Contains("AUDIOCODEC_LIBTORCH", message, StringComparison.Ordinal);
        Assert.Contains($"there is no folder {_root["nowhere"]}", message, StringComparison.Ordinal);
        Assert.Single(search.Look());
    }

    [Fact]
    public void Find_NamedFolderWithoutLibraries_SaysWhichIsMissing()
    {
        LibTorchSearch search = Nothing with { NamedFolder = _root.Root };
        string message = Assert.Throws<LibTorchException>(() => search.Find(cuda: false)).Message;
        Assert.Contains($"{_root.Root} holds no {LibTorchPlatform.FileName("torch_cpu")}", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.13.0a0+git7c98e70")]
    [InlineData("2.9.1+cu128")]
    [InlineData("2.12.0")]
    [InlineData("3.10.0")]
    public void Find_OtherVersion_IsRefusedWithBothVersions(string version)
    {
        LibTorchSearch search = Nothing with { NamedFolder = FakeLibTorch.Python(_root, "torch", version) };
        string message = Assert.Throws<LibTorchException>(() => search.Find(cuda: false)).Message;
        Assert.Contains($"is of version {Version.Parse(version.Split('+')[0].Replace("a0", "", StringComparison.Ordinal))}", message, StringComparison.Ordinal);
        Assert.Contains("2.10 or 2.11", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.10.0", 10)]
    [InlineData("2.11.0+cu130", 11)]
    public void Find_NamedTorchOfPython_IsItsLibWithCudaBesideIt(string version, int minor)
    {
        Directory.CreateDirectory(_root["nvidia/cudnn/lib"]);
        LibTorchCandidate found = (Nothing with { NamedFolder = FakeLibTorch.Python(_root, "torch", version, cuda: true) }).Find(cuda: true);
        Assert.Equal(_root["torch/lib"], found.Folder);
        Assert.Equal(new Version(2, minor, 0), found.Version);
        Assert.Equal([_root["nvidia/cudnn/lib"]], found.CudaFolders.Select(Path.GetFullPath));
    }

    [Theory]
    [InlineData("program")]
    [InlineData("program/libtorch/lib")]
    [InlineData("elsewhere")]
    public void Find_BesideTheProgram_ComesBeforePackages(string folder)
    {
        FakeLibTorch.Libraries(_root[folder]);
        FakeLibTorch.Libraries(PackageFolder("2.10.0"));
        Directory.CreateDirectory(_root["program"]);
        File.WriteAllText(_root["program/libtorch.path"], _root["elsewhere"] + "\n");
        LibTorchCandidate found = Nothing.Find(cuda: false);
        Assert.Equal(_root[folder], found.Folder);
        Assert.Null(found.Version);
    }

    [Fact]
    public void Find_AmongPackages_KnowsTheVersionByThePath()
    {
        FakeLibTorch.Libraries(PackageFolder("2.10.0"));
        LibTorchCandidate found = Nothing.Find(cuda: false);
        Assert.Equal(PackageFolder("2.10.0"), found.Folder);
        Assert.Equal(new Version(2, 10, 0), found.Version);
    }

    [Fact]
    public void Find_ArchiveOfLibtorch_KnowsTheVersionByItsFile()
    {
        FakeLibTorch.Libraries(_root["libtorch/lib"]);
        File.WriteAllText(_root["libtorch/build-version"], "2.7.1+cpu\n");
        string message = Assert.Throws<LibTorchException>(() => (Nothing with { NamedFolder = _root["libtorch"] }).Find(cuda: false)).Message;
        Assert.Contains("is of version 2.7.1", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_TorchOfPython_IsAskedFor()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The Python of this test is a script of a POSIX shell.");
        string torch = FakeLibTorch.Python(_root, "site/torch", "2.11.0+cu130", cuda: true);
        LibTorchSearch search = Nothing with { Python = FakeLibTorch.Program(_root, $"echo {torch}; echo /somewhere/nvidia/cu13/lib") };
        LibTorchCandidate found = search.Find(cuda: true);
        Assert.Equal(Path.Combine(torch, "lib"), found.Folder);
        Assert.Equal(["/somewhere/nvidia/cu13/lib"], found.CudaFolders);
    }

    [Fact]
    public void Find_CudaWanted_PassesOverALibtorchWithout()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The Python of this test is a script of a POSIX shell.");
        FakeLibTorch.Libraries(_root["program"]);
        string torch = FakeLibTorch.Python(_root, "site/torch", "2.10.0+cu128", cuda: true);
        LibTorchSearch search = Nothing with { Python = FakeLibTorch.Program(_root, $"echo {torch}") };
        Assert.Equal(_root["program"], search.Find(cuda: false).Folder);
        Assert.Equal(Path.Combine(torch, "lib"), search.Find(cuda: true).Folder);
        string message = Assert.Throws<LibTorchException>(() => Nothing.Find(cuda: true)).Message;
        Assert.Contains($"{_root["program"]} has no CUDA", message, StringComparison.Ordinal);
        Assert.Contains("pip install torch==2.11.0", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 1")]
    [InlineData("echo torch is not installed >&2; exit 0")]
    [InlineData("sleep 60")]
    public void Find_PythonWithoutTorchOrAnswer_IsPassedOver(string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The Python of this test is a script of a POSIX shell.");
        FakeLibTorch.Libraries(PackageFolder("2.10.0"));
        LibTorchSearch search = Nothing with { Python = FakeLibTorch.Program(_root, script), PythonLimit = TimeSpan.FromSeconds(0.5) };
        Assert.Equal(PackageFolder("2.10.0"), search.Find(cuda: false).Folder);
    }

    /// <summary>The real question, put to a real Python with a package of that name on its path; a folder of that name where it runs is no package.</summary>
    [Fact]
    public void Folders_OfARealPython_AreThoseOfItsPackage()
    {
        Directory.CreateDirectory(_root["site/torch"]);
        Directory.CreateDirectory(_root["site/nvidia/cudnn/lib"]);
        File.WriteAllText(_root["site/torch/__init__.py"], "raise SystemExit('the package must not be imported')\n");
        string python = FakeLibTorch.Program(_root, $"PYTHONPATH={_root["site"]} exec python3 \"$@\"");
        string[] found = PythonTorch.Folders(python, TimeSpan.FromSeconds(60));
        Assert.SkipWhen(found.Length == 0, "There is no python3 on this machine.");
        Assert.Equal(_root["site/torch"], found[0]);
        Assert.Contains(_root["site/nvidia/cudnn/lib"], found);
    }

    private string PackageFolder(string version) => _root[$"packages/{LibTorchPlatform.Package}/{version}/runtimes/{LibTorchPlatform.Runtime}/native"];
}
