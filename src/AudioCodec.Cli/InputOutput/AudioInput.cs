using AudioCodec.Audio;
using AudioCodec.Cli.Session;
using AudioCodec.Files;

namespace AudioCodec.Cli.InputOutput;

/// <summary>Opens the audio that a command reads.</summary>
internal static class AudioInput
{
    /// <summary>Opens a file or standard input.</summary>
    /// <param name="session">Whose standard input <c>-</c> means.</param>
    /// <param name="path">The file, or <c>-</c>.</param>
    /// <param name="raw">Format of the samples where they have no header.</param>
    /// <exception cref="AudioFormatException">The content cannot be read as audio.</exception>
    /// <exception cref="UsageException">The file is compressed already.</exception>
    public static AudioSource Open(CliSession session, string path, RawPcmFormat? raw) => (path, raw) switch
    {
        (CliSession.Pipe, null) => AudioFile.OpenStream(session.OpenStandardInput()),
        (CliSession.Pipe, _) => new RawPcmReader(session.OpenStandardInput(), raw),
        (_, null) when EcdcInput.HasExtension(path) =>
            throw new UsageException($"'{path}' is compressed already; 'audiocodec decompress' makes audio of it, and -o names the output of 'compress'."),
        (_, null) when !FileIdentity.IsDevice(path) => AudioFile.Open(path),
        (_, null) => AudioFile.OpenStream(Pipe(session, path), path),
        _ => new RawPcmReader(FileIdentity.IsDevice(path) ? Pipe(session, path) : File.OpenRead(path), raw),
    };

    private static InterruptibleStream Pipe(CliSession session, string path) => new(session.Open(path, () => File.OpenRead(path)), session.Stopping);
}
