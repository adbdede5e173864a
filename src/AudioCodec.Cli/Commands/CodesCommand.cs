using System.CommandLine;
using AudioCodec.Cli.Help;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec codes</c>: the codes of <c>.ecdc</c> files as arrays, and back.</summary>
internal static class CodesCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var command = new Command("codes", "Export the codes of an .ecdc file as an array, or import them.");
        command.Subcommands.Add(CodesExportCommand.Create());
        command.Subcommands.Add(CodesImportCommand.Create());
        return command.WithExamples(
            ("audiocodec codes export speech.ecdc codes.safetensors", "uint16 array [codebooks, frames], with the model that it is of"),
            ("audiocodec codes import codes.safetensors again.ecdc", "and back"));
    }
}
