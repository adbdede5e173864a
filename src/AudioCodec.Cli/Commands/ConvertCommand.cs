using System.CommandLine;

namespace AudioCodec.Cli.Commands;

/// <summary>The bare form <c>audiocodec input [output]</c>: the extensions say what to do.</summary>
internal static class ConvertCommand
{
    /// <summary>The hidden command that the bare form is turned into.</summary>
    public const string Name = "convert";

    /// <summary>Puts <see cref="Name"/> before the arguments where they name no command.</summary>
    public static IReadOnlyList<string> Route(RootCommand root, IReadOnlyList<string> arguments)
    {
        int first = 0;
        while (first < arguments.Count && arguments[first] == "--verbose")
        {
            first++;
        }

        if (first == arguments.Count
            || arguments[first] is "-h" or "--help" or "-?" or "--version"
            || arguments[first].StartsWith('[')
            || root.Subcommands.Any(command => command.Name == arguments[first] || command.Aliases.Contains(arguments[first])))
        {
            return arguments;
        }

        return [.. arguments.Take(first), Name, .. arguments.Skip(first)];
    }
}
