namespace AudioCodec.Cli.Options;

/// <summary>Finds training recipes: the user's files, and those that come with the program in <c>configs</c>.</summary>
internal static class RecipeFile
{
    private const string Extension = ".yaml";
    private static readonly string s_recipes = Path.Combine("configs", "train");

    /// <summary>The file that a path or a name stands for; a file that is there goes before a recipe of the same name.</summary>
    /// <param name="pathOrName">Such as <c>my.yaml</c>, <c>configs/train/codec_24khz_cpu.yaml</c> or <c>codec_24khz_cpu</c>.</param>
    /// <exception cref="FileNotFoundException">There is neither such a file nor such a recipe.</exception>
    public static string Find(string pathOrName)
    {
        string[] candidates =
        [
            pathOrName,
            .. Roots().Select(root => Path.Combine(root, pathOrName)),
            .. pathOrName == Path.GetFileName(pathOrName) ? Roots().Select(root => Path.Combine(root, s_recipes, pathOrName + Extension)) : [],
        ];
        return candidates.FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException(
                $"'{pathOrName}' is neither a file nor a recipe that comes with the program. Recipes: {string.Join(", ", Names())}.", pathOrName);
    }

    private static IEnumerable<string> Names() =>
        Roots().Select(root => Path.Combine(root, s_recipes)).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*" + Extension))
            .Select(path => Path.GetFileNameWithoutExtension(path)).Distinct().Order(StringComparer.Ordinal);

    /// <summary>Where <c>configs</c> may lie: beside the program, and in the repository that it was built in.</summary>
    private static IEnumerable<string> Roots()
    {
        yield return AppContext.BaseDirectory;
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AudioCodec.sln")))
            {
                yield return folder.FullName;
                yield break;
            }
        }
    }
}
