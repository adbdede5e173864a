using AudioCodec.Cli.Session;
using AudioCodec.Files;

namespace AudioCodec.Cli.InputOutput;

/// <summary>Opens the <c>.ecdc</c> files that a command reads.</summary>
internal static class EcdcInput
{
    /// <summary>The extension of compressed files.</summary>
    public const string Extension = ".ecdc";

    /// <summary>Whether a file is compressed, by its name.</summary>
    public static bool HasExtension(string path) => Path.GetExtension(path).Equals(Extension, StringComparison.OrdinalIgnoreCase);

    /// <summary>Opens a file, or a temporary copy of standard input or another pipe, so that it can be read from any place.</summary>
    /// <param name="session">Whose standard input <c>-</c> means.</param>
    /// <param name="path">The file, or <c>-</c>.</param>
    /// <param name="cancellationToken">Stops copying.</param>
    /// <exception cref="IOException">The file cannot be opened, or the copy not be written.</exception>
    public static async Task<Stream> OpenAsync(CliSession session, string path, CancellationToken cancellationToken)
    {
        Stream input = path == CliSession.Pipe ? session.OpenStandardInput() : session.Open(path, () => File.OpenRead(path));
        if (input.CanSeek)
        {
            return input;
        }

        using Stream pipe = path == CliSession.Pipe ? input : new InterruptibleStream(input, session.Stopping);
        return await TemporaryFile.CopyAsync(pipe, cancellationToken).ConfigureAwait(false);
    }
}
