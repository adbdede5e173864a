namespace AudioCodec.Studio.Clips;

/// <summary>The one folder that a server writes to; it goes with the server.</summary>
internal sealed class ClipFolder : IDisposable
{
    /// <summary>Creates an empty folder of its own, which only this user can read.</summary>
    public ClipFolder() => Path = Directory.CreateTempSubdirectory("audiocodec-studio-").FullName;

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>A new file in it.</summary>
    public string NewFile() => System.IO.Path.Combine(Path, Guid.NewGuid().ToString("N"));

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody emptied the place for temporary files before.
        }
    }
}
