using AudioCodec.Cli.Options;

namespace AudioCodec.Cli.Batch;

/// <summary>Opens the bytes that a command reads once, front to back.</summary>
internal static class InputStream
{
    /// <summary>Opens a file, or standard input as it comes.</summary>
    public static Stream Open(CliSession session, string path) =>
        path == OutputOptions.Pipe ? new BufferedStream(session.OpenStandardInput(), 1 << 16) : File.OpenRead(path);
}
