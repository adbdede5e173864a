using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.InputOutput;

/// <summary>Checks and prepares the place of an output before any work is done.</summary>
internal static class OutputFolder
{
    /// <summary>Whether a path names a device such as <c>/dev/null</c>, which is written to and never replaced by a file.</summary>
    public static bool IsDevice(string path) =>
        !OperatingSystem.IsWindows()
        && Path.GetFullPath(path) is string full
        && full.StartsWith("/dev/", StringComparison.Ordinal)
        && !full.StartsWith("/dev/shm/", StringComparison.Ordinal)
        && File.Exists(full);

    /// <summary>Refuses outputs that may not be written, and creates the folder of one that stands in a tree of outputs.</summary>
    /// <param name="input">Path of the input, or <c>-</c>.</param>
    /// <param name="output">Path of the output, or <c>-</c>.</param>
    /// <param name="overwrite">Whether an existing output may be replaced.</param>
    /// <param name="createFolder">Whether the output's folder is made where it does not exist.</param>
    /// <exception cref="IOException">The output exists and may not be replaced, or is the input.</exception>
    public static void Prepare(string input, string output, bool overwrite, bool createFolder = false)
    {
        if (output == CliSession.Pipe || IsDevice(output))
        {
            return;
        }

        if (input != CliSession.Pipe && Path.GetFullPath(input) == Path.GetFullPath(output))
        {
            throw new IOException($"Output '{output}' is the input itself; name another with -o.");
        }

        if (createFolder && Path.GetDirectoryName(output) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }

        TemporaryOutput.Check(output, overwrite);
    }
}
