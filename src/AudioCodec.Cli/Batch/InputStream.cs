using AudioCodec.Cli.Options;

namespace AudioCodec.Cli.Batch;

/// <summary>Opens the <c>.ecdc</c> stream that a command reads.</summary>
internal static class InputStream
{
    /// <summary>Opens a file, or standard input as it comes.</summary>
    public static Stream Open(CliSession session, string path) =>
        path == OutputOptions.Pipe ? new BufferedStream(session.OpenStandardInput(), 1 << 16) : File.OpenRead(path);

    /// <summary>Opens a file, or all of standard input as a temporary file, so that it can be read twice.</summary>
    public static Stream OpenSeekable(CliSession session, string path)
    {
        if (path != OutputOptions.Pipe)
        {
            return File.OpenRead(path);
        }

        var spool = new FileStream(
            Path.Combine(Path.GetTempPath(), $"audiocodec-{Guid.NewGuid():N}.ecdc"),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            1 << 16,
            FileOptions.DeleteOnClose);
        using Stream input = session.OpenStandardInput();
        input.CopyTo(spool);
        spool.Position = 0;
        return spool;
    }
}
