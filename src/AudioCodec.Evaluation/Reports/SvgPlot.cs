using System.Globalization;
using System.Net;
using System.Text;

namespace AudioCodec.Evaluation.Reports;

/// <summary>A line plot over a logarithmic axis of bit rates, as an SVG element that stands inside a page.</summary>
internal static class SvgPlot
{
    private const double Width = 360, Height = 250, Left = 48, Right = 12, Top = 30, Bottom = 36;

    private static readonly double[] s_ticksKbps = [0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256];

    /// <summary>Draws the series; empty where no series has a point.</summary>
    /// <param name="title">Quantity, unit and which way is better.</param>
    /// <param name="series">The lines, bit rate in kbit/s across.</param>
    public static string Draw(string title, IReadOnlyList<PlotSeries> series)
    {
        PlotSeries[] drawn = [.. series.Select(s => s with { Points = [.. s.Points.Where(p => p.X > 0 && double.IsFinite(p.X) && double.IsFinite(p.Y))] }).Where(s => s.Points.Count > 0)];
        if (drawn.Length == 0)
        {
            return string.Empty;
        }

        var all = drawn.SelectMany(s => s.Points).ToArray();
        (double low, double high, double step) = NiceRange(all.Min(p => p.Y), all.Max(p => p.Y));
        double first = Math.Log(all.Min(p => p.X) / 1.12), last = Math.Log(all.Max(p => p.X) * 1.12);
        double X(double kbps) => Left + ((Math.Log(kbps) - first) / (last - first) * (Width - Left - Right));
        double Y(double value) => Height - Bottom - ((value - low) / (high - low) * (Height - Top - Bottom));

        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(title)}\">");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"t\" x=\"{Left}\" y=\"17\">{WebUtility.HtmlEncode(title)}</text>");
        for (int i = 0; low + (i * step) <= high + (step * 1e-6); i++)
        {
            double value = low + (i * step), y = Y(value);
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"g\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y:0.#}\" y2=\"{y:0.#}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"e\" x=\"{Left - 6}\" y=\"{y + 4:0.#}\">{value:0.###}</text>");
        }

        double free = double.NegativeInfinity;
        foreach (double tick in s_ticksKbps.Where(t => Math.Log(t) >= first && Math.Log(t) <= last))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"g\" x1=\"{X(tick):0.#}\" x2=\"{X(tick):0.#}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/>");
            if (X(tick) - free >= 20)
            {
                svg.Append(CultureInfo.InvariantCulture, $"<text class=\"m\" x=\"{X(tick):0.#}\" y=\"{Height - Bottom + 15}\">{tick}</text>");
                free = X(tick);
            }
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"m\" x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 5}\">kbit/s (files)</text>");
        foreach (PlotSeries line in drawn)
        {
            AppendLine(svg, line, X, Y);
        }

        return svg.Append("</svg>").ToString();
    }

    private static void AppendLine(StringBuilder svg, PlotSeries line, Func<double, double> x, Func<double, double> y)
    {
        string path = string.Join(' ', line.Points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{x(p.X):0.#},{y(p.Y):0.#}")));
        string dash = line.Dashed ? " stroke-dasharray=\"5 4\"" : string.Empty;
        svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{path}\" fill=\"none\" stroke=\"{line.Color}\" stroke-width=\"2\"{dash}/>");
        foreach ((double kbps, double value) in line.Points)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{x(kbps):0.#}\" cy=\"{y(value):0.#}\" r=\"3.5\" fill=\"{line.Color}\">");
            svg.Append(CultureInfo.InvariantCulture, $"<title>{WebUtility.HtmlEncode(line.Name)}, {kbps:0.##} kbit/s: {value:0.###}</title></circle>");
        }
    }

    /// <summary>A range that ends on multiples of 1, 2 or 5 times a power of ten, with four to eight steps.</summary>
    private static (double Low, double High, double Step) NiceRange(double low, double high)
    {
        double span = Math.Max(high - low, Math.Max(1e-3, Math.Abs(high) * 1e-3));
        double power = Math.Pow(10, Math.Floor(Math.Log10(span / 4)));
        double step = new[] { 1, 2, 5, 10 }.Select(m => m * power).First(s => span / s <= 7);
        return (Math.Floor(low / step) * step, Math.Max(Math.Ceiling(high / step), Math.Floor(low / step) + 1) * step, step);
    }
}

/// <summary>One line of a plot.</summary>
/// <param name="Name">Label.</param>
/// <param name="Color">A CSS colour.</param>
/// <param name="Dashed">Whether the line is dashed.</param>
/// <param name="Points">x and y, ascending in x; not-a-number and infinite values are left out.</param>
internal sealed record PlotSeries(string Name, string Color, bool Dashed, IReadOnlyList<(double X, double Y)> Points);
