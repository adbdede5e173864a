namespace AudioCodec.Files;

/// <summary>Files in the system's temporary folder that are deleted when they are closed.</summary>
internal static class TemporaryFile
{
    /// <summary>A path in that folder at which there is no file.</summary>
    /// <param name="extension">How its name ends.</param>
    public static string NewPath(string extension = ".tmp") => Path.Combine(Path.GetTempPath(), $"audiocodec-{Guid.NewGuid():N}{extension}");

    /// <summary>Creates an empty file.</summary>
    /// <exception cref="IOException">The file cannot be created.</exception>
    public static FileStream Create(FileOptions options = FileOptions.None) => new(
        NewPath(),
        FileMode.CreateNew,
        FileAccess.ReadWrite,
        FileShare.None,
        1 << 16,
        options | FileOptions.DeleteOnClose);

    /// <summary>Copies a stream, so that it can be read from any position.</summary>
    /// <returns>The copy, at its first byte.</returns>
    /// <exception cref="IOException">The copy cannot be written.</exception>
    public static async Task<Stream> CopyAsync(Stream stream, CancellationToken cancellationToken)
    {
        FileStream copy = Create(FileOptions.Asynchronous);
        try
        {
            await stream.CopyToAsync(copy, cancellationToken).ConfigureAwait(false);
            copy.Position = 0;
            return copy;
        }
        catch
        {
            await copy.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
