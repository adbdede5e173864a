namespace AudioCodec.Files;

/// <summary>Copies to a temporary file what has to be read from more than one place.</summary>
internal static class SpooledStream
{
    /// <summary>The stream itself where it seeks; else a copy that is deleted when it is closed.</summary>
    /// <exception cref="IOException">The copy cannot be written.</exception>
    public static async Task<Stream> CopyAsync(Stream stream, CancellationToken cancellationToken)
    {
        var copy = new FileStream(
            Path.Combine(Path.GetTempPath(), $"audiocodec-{Guid.NewGuid():N}.tmp"),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            1 << 16,
            FileOptions.DeleteOnClose | FileOptions.Asynchronous);
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
