using System.Text.RegularExpressions;

namespace AudioCodec.Cli.Tests.Repository;

/// <summary>Parts of the project's Markdown pages.</summary>
internal static partial class Readme
{
    /// <summary>The project's README.</summary>
    public static string Text { get; } = Page("README.md");

    /// <summary>A page by its path from the repository's root.</summary>
    public static string Page(string path) => File.ReadAllText(Path.Combine(Fixtures.RepositoryRoot, path)).ReplaceLineEndings("\n");

    /// <summary>Paths, from the root, of all pages that are not build output.</summary>
    public static IEnumerable<string> Pages() =>
        new[] { "src", "tests", "configs", "checkpoints", "tools" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Fixtures.RepositoryRoot, folder), "*.md", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Fixtures.RepositoryRoot, path).Replace('\\', '/'))
            .Where(path => !path.Contains("/bin/", StringComparison.Ordinal) && !path.Contains("/obj/", StringComparison.Ordinal))
            .Append("README.md")
            .Append("CHANGELOG.md");

    /// <summary>The rows of all tables of a page.</summary>
    public static string[] TableRows(string page) => [.. page.Split('\n').Where(line => line.StartsWith('|'))];

    /// <summary>Blocks of C#.</summary>
    public static string[] CSharp(string page) => [.. CSharpPattern().Matches(page).Select(match => match.Groups[1].Value)];

    /// <summary>
    /// Command lines of <c>audiocodec</c> in indented blocks, in blocks for a shell and in backquotes, without a shell's redirections;
    /// also those behind <c>dotnet run ... --</c>. In a sentence, one lower-case word or two name a command; more are a command line.
    /// </summary>
    public static IEnumerable<string> CommandLines(string page) =>
        CommandPattern().Matches(page)
            .Where(match => match.Value[0] != '`' || !NamePattern().IsMatch(match.Groups[1].Value.Trim()))
            .Select(match => match.Groups[1].Value.Trim());

    /// <summary>Lines for a shell in indented blocks, in their order, without comments.</summary>
    public static IEnumerable<string> ShellLines(string page) => page.Split('\n')
        .Where(line => ShellPattern().IsMatch(line))
        .Select(line => line.Split(" # ")[0].Trim());

    /// <summary>Targets of links to files.</summary>
    public static IEnumerable<string> Links(string page) =>
        LinkPattern().Matches(page).Select(match => match.Groups[1].Value).Where(target => !target.Contains("://", StringComparison.Ordinal));

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpPattern();

    [GeneratedRegex(@"(?:^ {0,8}(?:.*\| *)?|`)(?:audiocodec|dotnet run -c Release --project src/AudioCodec\.Cli --) ([^#|>`\n]+)", RegexOptions.Multiline)]
    private static partial Regex CommandPattern();

    [GeneratedRegex(@"^ {4}(?:(?:audiocodec|arecord|dotnet|apt-get)\b|\.ci/)")]
    private static partial Regex ShellPattern();

    [GeneratedRegex("^[a-z]+( [a-z]+)?$")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\]\(([^)#\s]+)")]
    private static partial Regex LinkPattern();
}
