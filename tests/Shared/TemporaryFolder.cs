namespace AudioCodec.TestSupport;

/// <summary>A folder of its own for one test, removed at its end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("audiocodec-test-").FullName;

    /// <summary>Full path of a file in the folder.</summary>
    public string this[string name] => Path.Combine(Root, name);

    /// <summary>Names of all files, relative, sorted.</summary>
    public string[] Files() =>
        [.. Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Root, path)).Order()];

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
