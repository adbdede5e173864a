using System.CommandLine;
using System.CommandLine.Parsing;

namespace AudioCodec.Cli.Help;

/// <summary>Finds mistyped options, which the parser would take for files.</summary>
internal static class UnknownOption
{
    /// <summary>What to tell about the first word that looks like an option and is none; <see langword="null"/> where there is none.</summary>
    /// <param name="parsed">The parsed command line.</param>
    /// <param name="arguments">Its words; what follows a <c>--</c> may begin with a dash.</param>
    public static string? Describe(ParseResult parsed, IEnumerable<string> arguments)
    {
        HashSet<string> words = [.. arguments.TakeWhile(word => word != "--")];
        string? unknown = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(result => result.Tokens).Select(token => token.Value)
            .Concat(parsed.UnmatchedTokens)
            .FirstOrDefault(word => word.Length > 1 && word[0] == '-' && words.Contains(word) && !File.Exists(word));
        if (unknown is null)
        {
            return null;
        }

        string typed = unknown.Split('=')[0];
        string? nearest = Names(parsed.CommandResult).MinBy(name => Distance(typed, name));
        string hint = nearest is not null && Distance(typed, nearest) <= Math.Max(1, typed.Length / 3) ? $"; did you mean '{nearest}'?" : ".";
        return $"There is no option '{typed}' here{hint}";
    }

    private static IEnumerable<string> Names(CommandResult command)
    {
        for (SymbolResult? result = command; result is not null; result = result.Parent)
        {
            if (result is CommandResult { Command: Command owner })
            {
                foreach (Option option in owner.Options.Where(option => !option.Hidden && (result == command || option.Recursive)))
                {
                    yield return option.Name;
                    foreach (string alias in option.Aliases)
                    {
                        yield return alias;
                    }
                }
            }
        }
    }

    /// <summary>Letters to insert, delete or replace (Levenshtein's distance).</summary>
    private static int Distance(string first, string second)
    {
        int[] row = [.. Enumerable.Range(0, second.Length + 1)];
        for (int i = 1; i <= first.Length; i++)
        {
            int diagonal = row[0]++;
            for (int j = 1; j <= second.Length; j++)
            {
                int replaced = diagonal + (first[i - 1] == second[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
