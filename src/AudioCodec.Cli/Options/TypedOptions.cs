using System.CommandLine;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.Options;

/// <summary>Tells options that a user typed from those that have their defaults.</summary>
internal static class TypedOptions
{
    /// <summary>Whether an option was typed.</summary>
    public static bool IsTyped(this ParseResult parseResult, Option option) => parseResult.GetResult(option) is { Implicit: false };

    /// <summary>Refuses options that would have no effect.</summary>
    /// <param name="parseResult">The parsed command line.</param>
    /// <param name="options">The options.</param>
    /// <param name="reason">Why they have none, to follow an option's name.</param>
    /// <exception cref="UsageException">One of them was typed.</exception>
    public static void Refuse(this ParseResult parseResult, IEnumerable<Option> options, string reason)
    {
        if (options.FirstOrDefault(parseResult.IsTyped) is Option typed)
        {
            throw new UsageException($"{typed.Name} {reason}");
        }
    }
}
