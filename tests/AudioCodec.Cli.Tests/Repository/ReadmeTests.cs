using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using AudioCodec.Cli.Commands;
using AudioCodec.Cli.Help;
using AudioCodec.Models;

namespace AudioCodec.Cli.Tests.Repository;

/// <summary>What the README and the other pages say is so.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public void Readme_ListsEveryExitCode()
    {
        foreach ((int code, string meaning) in ExitCodes.Meanings)
        {
            Assert.Contains($"\n| {code} | {meaning.Replace(".ecdc", "`.ecdc`", StringComparison.Ordinal)} |", Readme.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Readme_NamesEveryCommand()
    {
        foreach (Command command in CommandLine.CreateRoot().Subcommands.Where(command => !command.Hidden))
        {
            Assert.Contains($"audiocodec {command.Name}", Readme.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Readme_IsShort() => Assert.InRange(Readme.Text.Count(c => c == '\n'), 1, 300);

    /// <summary>Words in capitals stand for what a reader puts there, and are not parsed as options' values.</summary>
    [Fact]
    public void Pages_CommandsThatTheyShow_Parse()
    {
        foreach (string path in Readme.Pages())
        {
            foreach (string line in Readme.CommandLines(Readme.Page(path)))
            {
                AssertParses(line, path);
            }
        }

        Assert.InRange(Readme.CommandLines(Readme.Text).Count(), 15, 100);
    }

    [Fact]
    public void Help_ExamplesOfEveryCommand_Parse()
    {
        foreach (Command command in Tree(CommandLine.CreateRoot()).Where(command => !command.Hidden))
        {
            Assert.False(string.IsNullOrWhiteSpace(command.Description), command.Name);
            IReadOnlyList<CommandExample> examples = CommandExamples.Of(command);
            Assert.NotEmpty(examples);
            foreach (string line in examples.SelectMany(example => Readme.CommandLines(example.CommandLine)))
            {
                AssertParses(line, $"help of {command.Name}");
            }
        }
    }

    [Fact]
    public void Pages_LinksToFiles_Lead()
    {
        foreach (string path in Readme.Pages())
        {
            string folder = Path.GetDirectoryName(path) ?? string.Empty;
            foreach (string target in Readme.Links(Readme.Page(path)))
            {
                string full = Path.Combine(Fixtures.RepositoryRoot, folder, target);
                Assert.True(File.Exists(full) || Directory.Exists(full), $"{path} links to {target}, which does not exist");
            }
        }
    }

    /// <summary>The README's speed is the committed report's, row by row.</summary>
    [Fact]
    public void Readme_SpeedTable_IsTheCommittedReport()
    {
        string link = Readme.Links(Readme.Text).Single(target => target.EndsWith("/codec.md", StringComparison.Ordinal));
        string entropy = Readme.Links(Readme.Text).Single(target => target.EndsWith("/entropy.md", StringComparison.Ordinal));
        foreach (string unit in new[] { " x |", " ms |" })
        {
            bool OfAModel(string row) => IsOfAModel(row) && row.Contains(unit, StringComparison.Ordinal) && Cells(row).Length == 5;
            string[] rows = [.. new[] { link, entropy }.SelectMany(page => Readme.TableRows(Readme.Page(page))).Where(OfAModel)];
            Assert.NotEmpty(rows);
            Assert.Equal(rows, Readme.TableRows(Readme.Text).Where(OfAModel));
        }

        // The report of other engines, whose rows have seven cells, without its medians in brackets.
        string peers = Readme.Links(Readme.Text).Single(target => target.EndsWith("/peers.md", StringComparison.Ordinal));
        IEnumerable<string> compared = Readme.TableRows(Readme.Page(peers)).Where(IsOfAModel).Select(row => Medians().Replace(row, string.Empty));
        Assert.Equal(compared, Readme.TableRows(Readme.Text).Where(row => IsOfAModel(row) && Cells(row).Length == 7));

        foreach (string row in Readme.TableRows(Readme.Page(link)).Where(row => row.EndsWith("| 0 |", StringComparison.Ordinal)))
        {
            // A row reads: what, milliseconds, bytes.
            string[] cells = [.. row.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
            Assert.Contains($"{cells[1]} ms to {cells[0]}", Readme.Text, StringComparison.Ordinal);
        }
    }

    /// <summary>What the README says of the bundled models is in their cards, row by row.</summary>
    [Fact]
    public void Readme_ModelTable_IsTheCards()
    {
        string[] rows = [.. Readme.TableRows(Readme.Text).Where(row => row.Contains(" dB |", StringComparison.Ordinal))];
        Assert.Equal(3, rows.Length);
        foreach (string row in rows)
        {
            string[] cells = Cells(row);
            string name = cells[0].Split(' ')[0];
            bool isModel = name.StartsWith("audiocodec_", StringComparison.Ordinal);
            string[][] card = [.. Readme.TableRows(Readme.Page($"checkpoints/{(isModel ? name : ModelCatalogue.BundledCodec)}/README.md")).Select(Cells)];
            string[] Row(string kind) => card.Single(line => line[0] == kind && line[1] == (isModel ? "this model 6" : $"{name} 6"));
            string Figure(string kind, int column, int digits) => double.Parse(Row(kind)[column], CultureInfo.InvariantCulture).ToString($"F{digits}", CultureInfo.InvariantCulture);
            Assert.Equal(
                [
                    Figure("speech", isModel ? 3 : 2, 1), $"{Figure("speech", 5, 1)} dB", Figure("speech", 6, 3), Figure("speech", 7, 3),
                    $"{Figure("music", 5, 1)} dB", $"{Figure("env", 5, 1)} dB",
                ],
                cells[1..]);
        }
    }

    private static bool IsOfAModel(string row) => row.StartsWith("| encodec_", StringComparison.Ordinal);

    [GeneratedRegex(@" \([0-9.]+\)", RegexOptions.CultureInvariant)]
    private static partial Regex Medians();

    private static string[] Cells(string row) => [.. row.Trim('|', ' ').Split('|').Select(cell => cell.Trim())];

    private static void AssertParses(string line, string where)
    {
        RootCommand root = CommandLine.CreateRoot();
        ParseResult result = root.Parse(ConvertCommand.Route(root, Words(line)));
        Assert.True(
            result.Errors.Count == 0,
            $"{where}: audiocodec {line}: {string.Join("; ", result.Errors.Select(error => error.Message))}");
    }

    /// <summary>Words as a shell separates them.</summary>
    private static string[] Words(string line) =>
        [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Trim('\'', '"'))];

    private static IEnumerable<Command> Tree(Command root) => root.Subcommands.SelectMany(command => Tree(command).Prepend(command));
}
