using AudioCodec.Cli.Session;
using AudioCodec.Files;

namespace AudioCodec.Cli.InputOutput;

/// <summary>Checks and prepares the place of an output before any work is done.</summary>
internal static class OutputFolder
{
    /// <summary>The same for a command that reads one input.</summary>
    public static void Prepare(string input, string output, bool overwrite, bool createFolder = false) => Prepare([input], output, overwrite, createFolder);

    /// <summary>Refuses outputs that may not be written, and creates the folder of one that stands in a tree of outputs.</summary>
    /// <param name="inputs">All that the command reads: paths, or <c>-</c>.</param>
    /// <param name="output">Path of the output, or <c>-</c>.</param>
    /// <param name="overwrite">Whether an existing output may be replaced.</param>
    /// <param name="createFolder">Whether the output's folder is made where it does not exist.</param>
    /// <exception cref="IOException">The output exists and may not be replaced, or is one of the inputs.</exception>
    public static void Prepare(IReadOnlyList<string> inputs, string output, bool overwrite, bool createFolder = false)
    {
        if (output == CliSession.Pipe || FileIdentity.IsDevice(output))
        {
            return;
        }

        RefuseInput(inputs, output);
        if (createFolder && Path.GetDirectoryName(output) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }

        TemporaryOutput.Check(output, overwrite);
    }

    /// <summary>Refuses an output that is an input, by whatever name: with <c>-f</c> the input would be lost.</summary>
    /// <inheritdoc cref="Prepare(IReadOnlyList{string}, string, bool, bool)"/>
    public static void RefuseInput(IReadOnlyList<string> inputs, string output)
    {
        if (FileIdentity.Of(output) is not FileIdentity file)
        {
            return;
        }

        foreach (string input in inputs)
        {
            if (FileIdentity.Of(input == CliSession.Pipe ? "/dev/stdin" : input) == file)
            {
                throw new IOException(
                    Path.GetFullPath(input) == Path.GetFullPath(output)
                        ? $"Output '{output}' is the input itself; name another."
                        : $"Output '{output}' is the same file as input '{input}'; name another.");
            }
        }
    }
}
