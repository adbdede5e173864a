namespace AudioCodec.Torch.Loading;

/// <summary>Looks for a libtorch: where <c>AUDIOCODEC_LIBTORCH</c> says, beside the program, in the torch of python3, among NuGet's packages.</summary>
public sealed record LibTorchSearch
{
    /// <summary>The variable that names the folder of a libtorch; no other is then looked for.</summary>
    public const string Variable = "AUDIOCODEC_LIBTORCH";

    /// <summary>A build in the repository leaves this file beside its programs: its one line is the folder of the libtorch that the build restored.</summary>
    private const string PointerFile = "libtorch.path";

    /// <summary>What <see cref="Variable"/> says.</summary>
    public string? NamedFolder { get; init; } = Environment.GetEnvironmentVariable(Variable);

    /// <summary>The program's folder.</summary>
    public string ProgramFolder { get; init; } = AppContext.BaseDirectory;

    /// <summary>The Python that is asked.</summary>
    public string Python { get; init; } = "python3";

    /// <summary>How long Python may take to answer.</summary>
    public TimeSpan PythonLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The folder of NuGet's packages.</summary>
    public string PackagesFolder { get; init; } = LibTorchPlatform.PackagesFolder;

    /// <summary>The one command that gets a libtorch where there is none: it downloads the package of this system to where it is looked for.</summary>
    public static string DownloadCommand => $"dotnet package download {LibTorchPlatform.Package}@{LibTorchVersions.OfPackages} --output \"{LibTorchPlatform.PackagesFolder}\"";

    /// <summary>Every place, best first; each is looked at when it is asked for. A named folder is the only one.</summary>
    public IEnumerable<LibTorchCandidate> Look()
    {
        if (NamedFolder is { Length: > 0 } named)
        {
            yield return In($"the folder in {Variable}", named, [.. Nvidia(named)]);
            yield break;
        }

        yield return BesideTheProgram();
        string[] python = PythonTorch.Folders(Python, PythonLimit);
        yield return python is [string torch, .. string[] cuda]
            ? In($"the torch of {Python}", torch, cuda)
            : new LibTorchCandidate { Place = $"the torch of {Python}", Fault = $"there is no {Python} on the PATH, or it has no torch" };
        yield return In("NuGet's packages", Path.Combine(PackagesFolder, LibTorchPlatform.Package, LibTorchVersions.OfPackages.ToString(), "runtimes", LibTorchPlatform.Runtime, "native"), []);
    }

    /// <summary>The first libtorch that can be used.</summary>
    /// <param name="cuda">Whether it must have CUDA; a candidate without is passed over.</param>
    /// <exception cref="LibTorchException">There is none.</exception>
    public LibTorchCandidate Find(bool cuda)
    {
        var passed = new List<string>();
        foreach (LibTorchCandidate candidate in Look())
        {
            string? fault = candidate.Fault ?? (cuda && !candidate.HasCuda ? $"{candidate.Folder} has no CUDA" : null);
            if (fault is null)
            {
                return candidate;
            }

            passed.Add($"  {candidate.Place}: {fault}");
        }

        string wanted = cuda ? "No libtorch with CUDA" : "No libtorch";
        string advice = NamedFolder is { Length: > 0 } ? $"Let {Variable} name the folder of another, or unset it and get one with: {DownloadCommand}"
            : cuda ? $"A torch with CUDA for {Python} brings one; on Linux: {Python} -m pip install torch==2.11.0"
            : $"This gets one: {DownloadCommand}";
        throw new LibTorchException($"{wanted} of a version that TorchSharp {LibTorch.TorchSharpVersion} works with ({LibTorchVersions.Allowed}) was found:\n{string.Join('\n', passed)}\n{advice}");
    }

    private LibTorchCandidate BesideTheProgram()
    {
        const string place = "beside the program";
        string pointer = Path.Combine(ProgramFolder, PointerFile);
        string[] folders =
        [
            ProgramFolder,
            Path.Combine(ProgramFolder, "libtorch"),
            Path.Combine(ProgramFolder, "runtimes", LibTorchPlatform.Runtime, "native"),
            .. File.Exists(pointer) ? File.ReadLines(pointer).Take(1) : [],
        ];
        return folders.Select(folder => In(place, folder, [])).FirstOrDefault(candidate => candidate.Folder is not null)
            ?? new LibTorchCandidate { Place = place, Fault = $"there is none in {ProgramFolder}" };
    }

    /// <summary>What is in a folder, or in its <c>lib</c>.</summary>
    private static LibTorchCandidate In(string place, string folder, IReadOnlyList<string> cudaFolders)
    {
        string library = LibTorchPlatform.FileName("torch_cpu");
        string? found = new[] { folder, Path.Combine(folder, "lib") }.FirstOrDefault(f => File.Exists(Path.Combine(f, library)));
        if (found is null)
        {
            return new LibTorchCandidate { Place = place, Fault = Directory.Exists(folder) ? $"{folder} holds no {library}, nor does its lib" : $"there is no folder {folder}" };
        }

        found = Path.GetFullPath(found);
        Version? version = LibTorchVersions.Of(found);
        return new LibTorchCandidate
        {
            Place = place,
            Folder = found,
            Version = version,
            HasCuda = File.Exists(Path.Combine(found, LibTorchPlatform.FileName("torch_cuda"))),
            CudaFolders = cudaFolders,
            Fault = version is null || LibTorchVersions.IsAllowed(version) ? null : $"{found} is of version {version}",
        };
    }

    /// <summary>Packages of NVIDIA lie beside that of torch.</summary>
    private static IEnumerable<string> Nvidia(string torch)
    {
        string packages = Path.Combine(torch, "..", "nvidia");
        return Directory.Exists(packages) ? Directory.EnumerateDirectories(packages).Select(package => Path.Combine(package, "lib")).Where(Directory.Exists) : [];
    }
}
