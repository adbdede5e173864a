using System.Globalization;
using AudioCodec.Evaluation.Generation;

namespace AudioCodec.Evaluation.Reports;

/// <summary>The tables of a generator's evaluation as text: the same on a terminal and on a page.</summary>
public static class GeneratorColumns
{
    /// <summary>Headings of the table of rows; the first is that of the names.</summary>
    public static IReadOnlyList<string> Headings(GeneratorEvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return
        [
            "sounds", "number", "mean s", "label agreement", "95 % interval", "KL",
            .. result.CommonCount > 0
                ? new[] { string.Create(CultureInfo.InvariantCulture, $"FAD of {result.CommonCount}"), "FAD, all", "FAD, infinite", "nearest, median", "near" }
                : [],
        ];
    }

    /// <summary>A row's cells.</summary>
    public static IReadOnlyList<string> Cells(GeneratorEvaluationResult result, GeneratorScores row)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(row);
        return
        [
            row.Name,
            row.Agreement.Count.ToString(CultureInfo.InvariantCulture),
            ReportText.Number(row.Seconds, 1),
            ReportText.Percent(row.Agreement.Value),
            Interval(row.Agreement),
            ReportText.Number(row.Divergence, 2),
            .. result.CommonCount == 0
                ? []
                : new[]
                {
                    ReportText.Number(row.Frechet?.AtCommonCount ?? double.NaN, 2), ReportText.Number(row.Frechet?.Distance ?? double.NaN, 2), ReportText.Number(row.Frechet?.Infinite ?? double.NaN, 2),
                    ReportText.Number(row.MedianNearest, 2), row.Nearest.Count == 0 ? "–" : ReportText.Percent((double)row.Nearest.Count(nearest => nearest.Distance <= result.NearDistance) / row.Nearest.Count),
                },
        ];
    }

    /// <summary>Headings of the table of labels.</summary>
    public static IReadOnlyList<string> LabelHeadings(GeneratorEvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return ["label agreement", .. result.Rows.Select(row => row.Name)];
    }

    /// <summary>The table of labels: each label's agreement in every set, with its interval, and what it is taken for most often.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> LabelRows(GeneratorEvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return [.. result.Labels.Select(label => (IReadOnlyList<string>)[label, .. result.Rows.Select(row => Cell(result, row, label))])];
    }

    /// <summary>What must be known to read the tables.</summary>
    public static IReadOnlyList<string> Notes(GeneratorEvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var notes = new List<string>(result.Notes);
        if (result.CommonCount > 0)
        {
            notes.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"FAD between random halves of the recordings ({result.FloorCount} vectors each), which only comes from their number: {ReportText.Number(result.Floor, 2)}."));
            notes.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"Nearest: 1 less the correlation with the nearest training recording. Near: sounds as near to one ({ReportText.Number(result.NearDistance, 2)}) as one in twenty of the recordings of the same length; many more than 5 % are pieces learned by heart."));
        }

        notes.Add($"Heard by {result.Judge}: its agreement on recordings, and on recordings through the codec, shows how far it can be trusted.");
        return notes;
    }

    private static string Cell(GeneratorEvaluationResult result, GeneratorScores row, string label)
    {
        if (!row.ByLabel.TryGetValue(label, out Proportion share))
        {
            return "–";
        }

        int own = result.Labels.ToList().IndexOf(label);
        (int other, int count) = row.Confusion[label].Select((n, i) => (i, n)).Where(pair => pair.i != own).MaxBy(pair => pair.n);
        string most = count > 0 ? string.Create(CultureInfo.InvariantCulture, $"; {count} {result.Labels[other]}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{share.Hits}/{share.Count} ({Interval(share)}{most})");
    }

    private static string Interval(Proportion share) =>
        share.Count == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{100 * share.Low:F0} to {100 * share.High:F0} %");
}
