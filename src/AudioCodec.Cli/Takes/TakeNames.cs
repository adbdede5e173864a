using System.Text;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.Takes;

/// <summary>Names the files of takes: as asked for, or by the prompt; numbered where there are several.</summary>
internal static class TakeNames
{
    private const int MaxNameChars = 48;

    /// <summary>Names a file for each take.</summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="takes">Takes of each.</param>
    /// <param name="asked">The file or folder asked for, or <see langword="null"/> for files here, named by the prompts.</param>
    /// <param name="extension">Extension of files that are named by the prompts.</param>
    /// <returns>The files of the first prompt's takes, then those of the next.</returns>
    /// <exception cref="UsageException">A pipe is asked for several takes, or two takes get the same name.</exception>
    public static IReadOnlyList<string> Of(IReadOnlyList<TakePrompt> prompts, int takes, string? asked, string extension)
    {
        int count = prompts.Count * takes;
        if (asked == CliSession.Pipe && count > 1)
        {
            throw new UsageException($"Standard output holds one take, and {count} are asked for; name a folder with -o.");
        }

        bool folder = asked is null || Directory.Exists(asked) || Path.EndsInDirectorySeparator(asked) || (count > 1 && Path.GetExtension(asked).Length == 0);
        string[] names = [.. folder ? InFolder(prompts, takes, asked ?? "", extension) : Numbered(count, asked!)]; // Without a name it is a folder.
        return names.Distinct(StringComparer.Ordinal).Count() == count
            ? names
            : throw new UsageException($"Two outputs have the name '{names.GroupBy(name => name).First(group => group.Count() > 1).Key}'.");
    }

    /// <summary>A file's name for a text: its letters and digits.</summary>
    public static string Slug(string text)
    {
        var name = new StringBuilder();
        foreach (char c in text.ToLowerInvariant())
        {
            if (char.IsLetterOrDigit(c))
            {
                name.Append(c);
            }
            else if (name.Length > 0 && name[^1] != '-')
            {
                name.Append('-');
            }

            if (name.Length == MaxNameChars)
            {
                break;
            }
        }

        string slug = name.ToString().TrimEnd('-');
        return slug.Length > 0 ? slug : "sound";
    }

    private static IEnumerable<string> Numbered(int count, string file) =>
        Enumerable.Range(1, count).Select(number => count == 1 ? file : WithNumber(file, number));

    private static IEnumerable<string> InFolder(IReadOnlyList<TakePrompt> prompts, int takes, string folder, string extension)
    {
        var used = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (TakePrompt prompt in prompts)
        {
            string own = prompt.Output ?? Slug(prompt.Text);
            string name = own;
            for (int again = 2; prompt.Output is null && !used.Add(name); again++)
            {
                name = $"{own}-{again}";
            }

            string file = Path.Combine(folder, prompt.Output is not null && Path.HasExtension(name) ? name : name + extension);
            foreach (int take in Enumerable.Range(1, takes))
            {
                yield return takes == 1 ? file : WithNumber(file, take);
            }
        }
    }

    private static string WithNumber(string file, int number) =>
        Path.Combine(Path.GetDirectoryName(file) ?? "", $"{Path.GetFileNameWithoutExtension(file)}_{number}{Path.GetExtension(file)}");
}
