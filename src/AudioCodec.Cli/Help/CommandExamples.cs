using System.CommandLine;
using System.Runtime.CompilerServices;

namespace AudioCodec.Cli.Help;

/// <summary>One line of a command's examples.</summary>
/// <param name="CommandLine">What to type.</param>
/// <param name="Meaning">What it does.</param>
internal sealed record CommandExample(string CommandLine, string Meaning);

/// <summary>Attaches examples to commands.</summary>
internal static class CommandExamples
{
    private static readonly ConditionalWeakTable<Command, IReadOnlyList<CommandExample>> s_examples = [];

    /// <summary>Gives a command its examples.</summary>
    public static Command WithExamples(this Command command, params (string CommandLine, string Meaning)[] examples)
    {
        s_examples.AddOrUpdate(command, [.. examples.Select(example => new CommandExample(example.CommandLine, example.Meaning))]);
        return command;
    }

    /// <summary>The examples of a command; empty where it has none.</summary>
    public static IReadOnlyList<CommandExample> Of(Command command) =>
        s_examples.TryGetValue(command, out IReadOnlyList<CommandExample>? examples) ? examples : [];
}
