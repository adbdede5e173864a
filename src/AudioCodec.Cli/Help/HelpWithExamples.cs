using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.Help;

/// <summary>The standard help, followed by the examples of the command.</summary>
internal sealed class HelpWithExamples(HelpAction standard) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        TextWriter output = parseResult.InvocationConfiguration.Output;
        Command command = parseResult.CommandResult.Command;
        using var text = new StringWriter();
        parseResult.InvocationConfiguration.Output = text;
        int exitCode;
        bool hidden = command.Hidden;
        try
        {
            // The bare form is a hidden command, which the standard help would say nothing about.
            command.Hidden = false;
            exitCode = standard.Invoke(parseResult);
        }
        finally
        {
            command.Hidden = hidden;
            parseResult.InvocationConfiguration.Output = output;
        }

        // The assembly cannot be called audiocodec beside AudioCodec.dll (file systems that ignore case); the command is.
        string help = text.ToString().Replace($"  {RootCommand.ExecutableName}", "  audiocodec", StringComparison.Ordinal);
        output.Write(hidden ? help.Replace($"audiocodec {command.Name}", "audiocodec", StringComparison.Ordinal) : help);
        IReadOnlyList<CommandExample> examples = CommandExamples.Of(command);
        if (examples.Count > 0)
        {
            output.WriteLine("Examples:");
            foreach (CommandExample example in examples)
            {
                output.WriteLine($"  {example.CommandLine}");
                output.WriteLine($"      {example.Meaning}");
            }

            output.WriteLine();
        }

        if (command is RootCommand)
        {
            WriteExitCodes(output);
        }

        return exitCode;
    }

    private static void WriteExitCodes(TextWriter output)
    {
        output.WriteLine("Exit codes:");
        foreach ((int code, string meaning) in ExitCodes.Meanings)
        {
            output.WriteLine($"  {code,3}  {meaning}");
        }

        output.WriteLine();
        output.WriteLine("'audiocodec COMMAND --help' shows the options of a command, 'audiocodec FILE --help' those of the form without one.");
    }
}
