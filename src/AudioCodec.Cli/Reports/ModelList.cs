using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Cli.Reports;

/// <summary>Writes the list of models for a person, in lines that fit a terminal: what tells models apart in columns, what is to be read below.</summary>
internal static class ModelList
{
    private const int Width = 80;
    private const string Indent = "    ";

    /// <summary>Writes the list.</summary>
    public static void Write(TextWriter output, IReadOnlyList<ModelReport> models)
    {
        string[][] rows = [["name", "kind", "size", "here"], .. models.Select(Columns)];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        for (int row = 0; row < rows.Length; row++)
        {
            output.WriteLine(string.Join("  ", rows[row].Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
            foreach (string line in row == 0 ? [] : Wrap($"{models[row - 1].Description} Licence: {models[row - 1].Licence}"))
            {
                output.WriteLine(Indent + line);
            }
        }
    }

    private static string[] Columns(ModelReport model) =>
    [
        Messages.Plain(model.Name),
        ModelReport.Text(model.Kind),
        $"{model.Bytes / 1e6:0} MB",
        model.Status switch { null => "no", CheckpointStatus.Release => "yes", CheckpointStatus status => $"yes ({ModelReport.Text(status)})" },
    ];

    /// <summary>Lines of whole words; a longer word has a line of its own.</summary>
    private static IEnumerable<string> Wrap(string text)
    {
        string line = string.Empty;
        foreach (string word in Messages.Plain(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && Indent.Length + line.Length + 1 + word.Length > Width)
            {
                yield return line;
                line = word;
            }
            else
            {
                line = line.Length == 0 ? word : $"{line} {word}";
            }
        }

        yield return line;
    }
}
