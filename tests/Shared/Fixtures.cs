namespace AudioCodec.TestSupport;

/// <summary>Files under <c>tests/Fixtures</c>, found from wherever the tests run.</summary>
internal static class Fixtures
{
    /// <summary>Root of the repository: the nearest folder above the test's output that holds <c>AudioCodec.sln</c>.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>Full path of a fixture, such as <c>golden/encodec_24khz.safetensors</c>; it must exist.</summary>
    public static string Path(string name)
    {
        string path = System.IO.Path.Combine(RepositoryRoot, "tests", "Fixtures", name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"There is no fixture '{name}'.", path);
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "AudioCodec.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No AudioCodec.sln above {AppContext.BaseDirectory}.");
    }
}
