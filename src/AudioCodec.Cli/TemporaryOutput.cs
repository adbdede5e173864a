namespace AudioCodec.Cli;

/// <summary>An output file that appears under its name only when it is complete.</summary>
/// <remarks>
/// The bytes go to a file beside the target, so that the final rename stays within one file system and is atomic.
/// Disposing without <see cref="Commit"/> (an exception, Ctrl-C) deletes them and leaves an older target untouched.
/// </remarks>
internal sealed class TemporaryOutput : IDisposable
{
    private readonly string _target;
    private readonly bool _overwrite;
    private bool _committed;

    /// <summary>Opens the temporary file.</summary>
    /// <param name="target">Path that the finished file will have.</param>
    /// <param name="overwrite">Whether an existing target may be replaced.</param>
    /// <exception cref="IOException">The target exists and may not be replaced, or its folder does not exist.</exception>
    public TemporaryOutput(string target, bool overwrite)
    {
        Check(target, overwrite);

        // A link stays, and what it leads to is replaced.
        _target = (File.Exists(target) ? File.ResolveLinkTarget(target, returnFinalTarget: true)?.FullName : null) ?? target;
        _overwrite = overwrite;
        string folder = Path.GetDirectoryName(Path.GetFullPath(_target)) ?? ".";
        TemporaryPath = Path.Combine(folder, $".{Path.GetFileName(_target)}.{Guid.NewGuid():N}.tmp");
        try
        {
            Stream = new FileStream(TemporaryPath, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Output '{target}' cannot be written: no file can be created in '{folder}'.", exception);
        }
    }

    /// <summary>Where the bytes go until <see cref="Commit"/>.</summary>
    public string TemporaryPath { get; }

    /// <summary>The open temporary file; seekable.</summary>
    public FileStream Stream { get; }

    /// <summary>Checks, before any work is done, that the target can be written.</summary>
    /// <exception cref="IOException">The target exists and may not be replaced, or its folder does not exist.</exception>
    public static void Check(string target, bool overwrite)
    {
        if (Directory.Exists(target))
        {
            throw new IOException($"Output '{target}' is a folder; name a file.");
        }

        if (!overwrite && File.Exists(target))
        {
            throw new IOException($"Output '{target}' exists already and was kept; use -f to replace it or -o to write elsewhere.");
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(target)) ?? ".";
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"The folder of output '{target}' does not exist; create '{folder}' first.");
        }
    }

    /// <summary>Gives the finished file its name.</summary>
    /// <exception cref="IOException">The disk is full, or the target has appeared meanwhile and may not be replaced.</exception>
    public void Commit()
    {
        Stream.Dispose();
        File.Move(TemporaryPath, _target, _overwrite);
        _committed = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Stream.Dispose();
        }
        catch (IOException) when (!_committed)
        {
            // On a full disk the buffer cannot be written now either; the failure before this one is the one to tell of.
        }
        finally
        {
            if (!_committed)
            {
                File.Delete(TemporaryPath);
            }
        }
    }
}
