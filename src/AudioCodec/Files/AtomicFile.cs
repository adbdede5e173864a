using System.Text;

namespace AudioCodec.Files;

/// <summary>A file that appears under its name only when it is complete.</summary>
/// <remarks>
/// The bytes go to a hidden file beside the target, so that the final rename stays within one file system and is atomic.
/// A device or pipe is written to as it is. Disposing without <see cref="Commit"/> (an exception, Ctrl-C) deletes them and leaves an older target untouched.
/// </remarks>
internal sealed class AtomicFile : IDisposable
{
    private readonly string _target;
    private readonly string? _temporary;
    private readonly bool _overwrite;
    private bool _committed;

    /// <summary>Opens the temporary file.</summary>
    /// <param name="path">Path that the finished file will have. A link stays, and the file that it leads to is replaced.</param>
    /// <param name="overwrite">Whether an existing target may be replaced.</param>
    /// <exception cref="IOException">No file can be created in the target's folder.</exception>
    public AtomicFile(string path, bool overwrite = true)
    {
        if (FileIdentity.IsDevice(path))
        {
            _target = path;
            Stream = new FileStream(path, FileMode.Open, FileAccess.Write);
            return;
        }

        _target = FileIdentity.Resolve(path);
        _overwrite = overwrite;
        string folder = Path.GetDirectoryName(_target) ?? _target;

        // Not made of the target's name, which may be as long as a name can be.
        _temporary = Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
        try
        {
            Stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"'{path}' cannot be written: no file can be created in '{folder}': {exception.Message}", exception);
        }
    }

    /// <summary>The open temporary file, which is seekable, or the device.</summary>
    public FileStream Stream { get; }

    /// <summary>Writes a whole file.</summary>
    /// <exception cref="IOException">The disk is full or the folder cannot be written; an older file is as it was.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        using var file = new AtomicFile(path);
        file.Stream.Write(content);
        file.Commit();
    }

    /// <summary>Writes a whole file of UTF-8 text.</summary>
    /// <inheritdoc cref="Write(string, ReadOnlySpan{byte})" path="/exception"/>
    public static void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Gives the finished file its name.</summary>
    /// <exception cref="IOException">The disk is full, or the target has appeared meanwhile and may not be replaced.</exception>
    public void Commit()
    {
        Stream.Dispose();
        if (_temporary is not null)
        {
            File.Move(_temporary, _target, _overwrite);
        }

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
            if (!_committed && _temporary is not null)
            {
                File.Delete(_temporary);
            }
        }
    }
}
