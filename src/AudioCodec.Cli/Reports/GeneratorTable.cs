using AudioCodec.Evaluation.Generation;
using AudioCodec.Evaluation.Reports;
using Spectre.Console;

namespace AudioCodec.Cli.Reports;

/// <summary>Prints an evaluation of a generator as tables.</summary>
internal static class GeneratorTable
{
    private const int RedirectedWidth = 160;

    /// <summary>Writes the tables and notes.</summary>
    public static void Write(TextWriter output, GeneratorEvaluationResult result)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.Detect });
        console.Profile.Width = Math.Max(console.Profile.Width, RedirectedWidth);
        console.Write(Table(GeneratorColumns.Headings(result), result.Rows.Select(row => GeneratorColumns.Cells(result, row))));
        console.Write(Table(GeneratorColumns.LabelHeadings(result), GeneratorColumns.LabelRows(result)));
        foreach (string note in GeneratorColumns.Notes(result))
        {
            output.WriteLine($"Note: {Messages.Plain(note)}");
        }
    }

    private static Table Table(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        Table table = new Table().Border(TableBorder.Simple);
        for (int i = 0; i < headings.Count; i++)
        {
            var column = new TableColumn(Markup.Escape(Messages.Plain(headings[i])));
            table.AddColumn(i == 0 ? column : column.RightAligned());
        }

        foreach (IReadOnlyList<string> row in rows)
        {
            table.AddRow([.. row.Select(cell => Markup.Escape(Messages.Plain(cell)))]);
        }

        return table;
    }
}
