using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.InputOutput;

/// <summary>Where one file's output goes: a file that appears when it is complete, or standard output.</summary>
internal sealed class OutputTarget : IDisposable
{
    private readonly TemporaryOutput? _file;

    private OutputTarget(Stream stream, TemporaryOutput? file)
    {
        Stream = stream;
        _file = file;
    }

    /// <summary>Where to write.</summary>
    public Stream Stream { get; }

    /// <summary>Opens a target.</summary>
    /// <param name="session">Whose standard output <c>-</c> means.</param>
    /// <param name="path">The file, or <c>-</c>.</param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <exception cref="IOException">The file exists and may not be replaced, or cannot be created.</exception>
    public static OutputTarget Open(CliSession session, string path, bool overwrite)
    {
        if (path == CliSession.Pipe)
        {
            return new OutputTarget(session.OpenStandardOutput(), null);
        }

        TemporaryOutput file = session.Open(path, () => new TemporaryOutput(path, overwrite));
        return new OutputTarget(file.Stream, file);
    }

    /// <summary>Says that everything was written.</summary>
    public void Commit()
    {
        if (_file is null)
        {
            Stream.Flush();
        }
        else
        {
            _file.Commit();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        Stream.Dispose();
    }
}
