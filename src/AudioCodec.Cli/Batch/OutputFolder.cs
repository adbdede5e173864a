using AudioCodec.Cli.Options;

namespace AudioCodec.Cli.Batch;

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

    /// <summary>Creates the folder of an output that stands in a batch's tree, and refuses outputs that may not be written.</summary>
    /// <exception cref="IOException">The output exists and may not be replaced, or is the input.</exception>
    public static void Prepare(FileJob job, bool overwrite)
    {
        if (job.Output == OutputOptions.Pipe || IsDevice(job.Output))
        {
            return;
        }

        if (job.Input != OutputOptions.Pipe && Path.GetFullPath(job.Input) == Path.GetFullPath(job.Output))
        {
            throw new IOException($"Output '{job.Output}' is the input itself; name another with -o.");
        }

        if (job.CreatesFolder && Path.GetDirectoryName(job.Output) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }

        TemporaryOutput.Check(job.Output, overwrite);
    }
}
