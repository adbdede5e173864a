using System.Globalization;
using AudioCodec.Evaluation;
using AudioCodec.Evaluation.Reports;
using Spectre.Console;

namespace AudioCodec.Cli.Reports;

/// <summary>Prints an evaluation as tables, one for each kind of audio.</summary>
internal static class EvaluationTable
{
    private const int RedirectedWidth = 140;

    /// <summary>Writes the tables and notes.</summary>
    public static void Write(TextWriter output, EvaluationResult result)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.Detect });
        console.Profile.Width = Math.Max(console.Profile.Width, RedirectedWidth);
        bool withLag = result.Points.Any(p => p.LagSamples != default);
        bool withSaving = result.Points.Any(p => !double.IsNaN(p.EntropySaving));
        foreach (IGrouping<string, RatePoint> kind in result.Points.GroupBy(p => p.Kind))
        {
            console.Write(Table([.. kind], withSaving, withLag));
        }

        foreach ((string codec, double[] levels) in result.Perplexities)
        {
            output.WriteLine($"Codebook perplexity of {Messages.Plain(codec)} per level, all kinds: {string.Join(' ', levels.Select(v => ReportText.Number(v, 0)))}");
        }

        foreach (string note in result.Notes)
        {
            output.WriteLine($"Note: {Messages.Plain(note)}");
        }
    }

    private static Table Table(RatePoint[] points, bool withSaving, bool withLag)
    {
        int files = points[0].Files;
        Table table = new Table().Border(TableBorder.Simple).Title($"{Markup.Escape(Messages.Plain(points[0].Kind))}, {Messages.Count(files, "file")}", Style.Plain);
        table.AddColumn("codec");
        string[] columns =
        [
            "kbit/s", "file kbit/s", .. withSaving ? new[] { "LM saving" } : [], "SI-SDR dB", "STOI", "ESTOI", "mel", "MR-STFT", "perplexity 1st / lowest", .. withLag ? new[] { "lag" } : [],
        ];
        foreach (string column in columns)
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (RatePoint p in points)
        {
            string[] cells =
            [
                Markup.Escape(Messages.Plain(p.Codec)), p.RateKbps.ToString(CultureInfo.InvariantCulture), ReportText.Number(p.ActualKbps, 2),
                .. withSaving ? new[] { ReportText.Percent(p.EntropySaving) } : [],
                ReportText.Number(p.SiSdrDb, 2), ReportText.Number(p.Stoi, 3), ReportText.Number(p.Estoi, 3), ReportText.Number(p.Mel, 3),
                ReportText.Number(p.MultiResolutionStft, 3), ReportText.Perplexity(p.Perplexities),
                .. withLag ? new[] { ReportText.Lag(p.LagSamples) } : [],
            ];
            table.AddRow(cells);
        }

        return table;
    }
}
