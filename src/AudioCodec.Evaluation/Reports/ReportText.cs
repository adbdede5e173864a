using System.Globalization;

namespace AudioCodec.Evaluation.Reports;

/// <summary>Formats numbers for tables.</summary>
public static class ReportText
{
    /// <summary>A number with a fixed count of decimals; a dash where it is not defined.</summary>
    public static string Number(double value, int decimals) =>
        double.IsNaN(value) ? "–" : value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>A share as a percentage with one decimal; a dash where it is not defined.</summary>
    public static string Percent(double share) =>
        double.IsNaN(share) ? "–" : (100 * share).ToString("F1", CultureInfo.InvariantCulture) + " %";

    /// <summary>Perplexity of the first level and the lowest of all levels; a dash for codecs without codebooks.</summary>
    public static string Perplexity(IReadOnlyList<double> perplexities)
    {
        ArgumentNullException.ThrowIfNull(perplexities);
        return perplexities.Count == 0 ? "–" : $"{Number(perplexities[0], 0)} / {Number(perplexities.Min(), 0)}";
    }

    /// <summary>Delay in samples: one number, or the smallest and the largest.</summary>
    public static string Lag(LagRange lag) => lag.Min == lag.Max
        ? lag.Min.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{lag.Min} to {lag.Max}");
}
