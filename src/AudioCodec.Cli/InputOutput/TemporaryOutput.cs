using AudioCodec.Files;

namespace AudioCodec.Cli.InputOutput;

/// <summary>An output file of a command: kept unless <c>-f</c> is given, and there only when it is complete. Devices and pipes are written to as they are.</summary>
internal sealed class TemporaryOutput : IDisposable
{
    private readonly AtomicFile _file;

    /// <summary>Opens the file.</summary>
    /// <param name="target">Path that the finished file will have.</param>
    /// <param name="overwrite">Whether an existing target may be replaced.</param>
    /// <exception cref="IOException">The target exists and may not be replaced, or its folder does not exist.</exception>
    public TemporaryOutput(string target, bool overwrite)
    {
        Check(target, overwrite);
        _file = new AtomicFile(target, overwrite);
    }

    /// <summary>Where the bytes go until <see cref="Commit"/>; seekable where the target is a file.</summary>
    public FileStream Stream => _file.Stream;

    /// <summary>Checks, before any work is done, that the target can be written.</summary>
    /// <exception cref="IOException">The target exists and may not be replaced, or its folder does not exist.</exception>
    public static void Check(string target, bool overwrite)
    {
        if (FileIdentity.IsDevice(target))
        {
            return;
        }

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
    public void Commit() => _file.Commit();

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
