using System.CommandLine;
using System.Text.RegularExpressions;
using AudioCodec.TestSupport;

namespace AudioCodec.Cli.Tests;

/// <summary>The repository and its README are what they say.</summary>
public sealed partial class RepositoryTests
{
    [Fact]
    public void TopLevel_HoldsTheSevenNamesAndWhatMayStandBesideThem()
    {
        string[] named = ["AudioCodec.sln", "README.md", "checkpoints", "configs", "src", "tests", "tools"];
        string[] beside = ["CHANGELOG.md", "Directory.Build.props", "Directory.Packages.props", "LICENSE"];

        // What builds and training leave behind is ignored by git.
        string[] ignored = ["TestResults", "artifacts", "runs", "publish", "BenchmarkDotNet.Artifacts"];
        string[] found =
        [
            .. Directory.EnumerateFileSystemEntries(Fixtures.RepositoryRoot)
                .Select(path => Path.GetFileName(path))
                .Where(name => !name.StartsWith('.'))
                .Except(beside)
                .Except(ignored)
                .Order(StringComparer.Ordinal),
        ];
        Assert.Equal(named, found);
    }

    [Fact]
    public void Readme_ListsEveryExitCode()
    {
        string readme = ReadReadme();
        foreach (System.Reflection.FieldInfo field in typeof(ExitCodes).GetFields())
        {
            Assert.True(readme.Contains($"\n| {field.GetRawConstantValue()} |", StringComparison.Ordinal), $"{field.Name} is not in the README");
        }
    }

    [Fact]
    public void Readme_CommandsThatItShows_Parse()
    {
        RootCommand root = CommandLine.CreateRoot();
        string[] lines = [.. CommandPattern().Matches(ReadReadme()).Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(lines);
        foreach (string line in lines)
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            ParseResult result = root.Parse(Commands.ConvertCommand.Route(root, words));
            Assert.True(result.Errors.Count == 0, $"audiocodec {line}: {string.Join("; ", result.Errors.Select(error => error.Message))}");
        }
    }

    [Fact]
    public void Readme_IsShort() => Assert.InRange(ReadReadme().Count(c => c == '\n'), 1, 300);

    [Fact]
    public void Commands_AllHaveADescriptionAndExamples()
    {
        foreach (Command command in CommandLine.CreateRoot().Subcommands.Where(command => !command.Hidden))
        {
            Assert.False(string.IsNullOrWhiteSpace(command.Description), command.Name);
            Assert.NotEmpty(CommandExamples.Of(command));
        }
    }

    private static string ReadReadme() => File.ReadAllText(Path.Combine(Fixtures.RepositoryRoot, "README.md"));

    /// <summary>Indented lines that start with the tool's name, up to a comment or a pipe.</summary>
    [GeneratedRegex("^    audiocodec ([^#|>\n]+)", RegexOptions.Multiline)]
    private static partial Regex CommandPattern();
}
