namespace AudioCodec.Repository.Tests;

/// <summary>The repository's files lie where they belong.</summary>
public sealed class LayoutTests
{
    private const int MostLines = 500;

    [Fact]
    public void TopLevel_HoldsTheNamesOfTheDesignAndWhatMayStandBesideThem()
    {
        string[] named = ["AudioCodec.sln", "README.md", "checkpoints", "configs", "samples", "src", "tests", "tools"];
        string[] beside = ["CHANGELOG.md", "Directory.Build.props", "Directory.Packages.props", "LICENSE"];

        // What builds and training leave behind is ignored by git.
        string[] ignored = ["TestResults", "artifacts", "runs", "publish", "BenchmarkDotNet.Artifacts"];
        string[] found =
        [
            .. Directory.EnumerateFileSystemEntries(Fixtures.RepositoryRoot)
                .Select(path => Path.GetFileName(path))
                .Where(name => !name.StartsWith('.'))
                .Except(beside)
                .Except(ignored)
                .Order(StringComparer.Ordinal),
        ];
        Assert.Equal(named, found);
    }

    [Fact]
    public void Sources_AreOfAReadableLength()
    {
        string[] tooLong =
        [
            .. Sources().Select(path => (Path: path, Lines: File.ReadLines(path).Count())).Where(file => file.Lines > MostLines)
                .Select(file => $"{Path.GetRelativePath(Fixtures.RepositoryRoot, file.Path)}: {file.Lines} lines"),
        ];
        Assert.Empty(tooLong);
    }

    /// <summary>Folder = namespace, so that a reader finds a type without searching; errors are in the root namespace, where users meet them.</summary>
    [Fact]
    public void Namespaces_AreTheFolders()
    {
        string sources = Path.Combine(Fixtures.RepositoryRoot, "src");
        var faults = new List<string>();
        foreach (string path in Sources())
        {
            string? line = File.ReadLines(path).FirstOrDefault(text => text.StartsWith("namespace ", StringComparison.Ordinal));
            string folder = Path.GetRelativePath(sources, Path.GetDirectoryName(path)!).Replace(Path.DirectorySeparatorChar, '.'); // Enumerated files have a folder.
            string expected = folder == "AudioCodec.Errors" ? "AudioCodec" : folder;
            if (line is not null && line != $"namespace {expected};")
            {
                faults.Add($"{Path.GetRelativePath(Fixtures.RepositoryRoot, path)}: {line}");
            }
        }

        Assert.Empty(faults);
    }

    /// <summary>Where the list is, every build compares it; tools/update-public-api.sh writes it.</summary>
    [Fact]
    public void LibrariesThatShip_ListTheirPublicMembers()
    {
        string[] libraries =
        [
            .. Directory.EnumerateFiles(Path.Combine(Fixtures.RepositoryRoot, "src"), "*.csproj", SearchOption.AllDirectories).Where(path =>
            {
                string project = File.ReadAllText(path);
                return project.Contains("<IsPackable>true", StringComparison.Ordinal)
                    && !project.Contains("<PackAsTool>true", StringComparison.Ordinal)
                    && !project.Contains("<IncludeBuildOutput>false", StringComparison.Ordinal);
            }).Select(path => Path.GetDirectoryName(path)!), // A file has a folder.
        ];
        Assert.NotEmpty(libraries);
        Assert.All(libraries, folder => Assert.True(
            File.Exists(Path.Combine(folder, "PublicAPI.Shipped.txt")) && File.Exists(Path.Combine(folder, "PublicAPI.Unshipped.txt")), folder));
    }

    private static IEnumerable<string> Sources() =>
        Directory.EnumerateFiles(Path.Combine(Fixtures.RepositoryRoot, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
}
