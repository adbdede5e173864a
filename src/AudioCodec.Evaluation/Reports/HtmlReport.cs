using System.Globalization;
using System.Text;

namespace AudioCodec.Evaluation.Reports;

/// <summary>Writes an evaluation as one self-contained HTML page with plots, tables, spectrograms and players.</summary>
public static class HtmlReport
{
    private static readonly string[] s_colors = ["#0b63c4", "#d1495b", "#2a9d54", "#8a5cc2", "#c77d0a", "#4a5568"];

    private static readonly (string Title, Func<RatePoint, double> Value)[] s_quantities =
    [
        ("SI-SDR, dB (higher is better)", p => p.SiSdrDb),
        ("STOI (higher is better)", p => p.Stoi),
        ("ESTOI (higher is better)", p => p.Estoi),
        ("Mel distance, log10 (lower is better)", p => p.Mel),
        ("MR-STFT distance (lower is better)", p => p.MultiResolutionStft),
    ];

    /// <summary>The page.</summary>
    /// <param name="result">The evaluation.</param>
    /// <param name="title">Heading.</param>
    /// <param name="summary">One sentence under the heading: the model and the files.</param>
    public static string Write(EvaluationResult result, string title, string summary)
    {
        ArgumentNullException.ThrowIfNull(result);
        var page = new StringBuilder();
        HtmlPage.Begin(page, title, summary, result.Notes);
        string[] codecs = [.. result.Points.Select(p => p.Codec).Distinct()];
        foreach (IGrouping<string, RatePoint> kind in result.Points.GroupBy(p => p.Kind))
        {
            RatePoint[] points = [.. kind];
            page.Append(CultureInfo.InvariantCulture, $"<section>\n<h2>{Encode(kind.Key)} <small>{points[0].Files} {(points[0].Files == 1 ? "file" : "files")}</small></h2>\n");
            AppendPlots(page, points, codecs);
            AppendTable(page, points);
            foreach (ClipExample example in result.Examples.Where(e => e.Clip.Kind == kind.Key))
            {
                AppendExample(page, example);
            }

            page.Append("</section>\n");
        }

        AppendPerplexities(page, result);
        AppendDefinitions(page);
        return HtmlPage.End(page);
    }

    private static void AppendPlots(StringBuilder page, RatePoint[] points, string[] codecs)
    {
        PlotSeries[] Series(Func<RatePoint, double> value) =>
        [
            .. codecs.SelectMany((codec, i) =>
            {
                RatePoint[] own = [.. points.Where(p => p.Codec == codec)];
                return new[]
                {
                    new PlotSeries(codec, Color(i), false, [.. own.Select(p => (p.ActualKbps, value(p)))]),
                    new PlotSeries($"{codec} with entropy model", Color(i), true, [.. own.Select(p => (p.EntropyCodedKbps, value(p)))]),
                };
            }),
        ];
        page.Append("<p class=\"legend\">");
        for (int i = 0; i < codecs.Length; i++)
        {
            page.Append(CultureInfo.InvariantCulture, $"<span><i style=\"background:{Color(i)}\"></i>{Encode(codecs[i])}</span>");
        }

        page.Append(points.Any(p => !double.IsNaN(p.EntropySaving)) ? "<span>broken line: with the entropy model</span></p>\n" : "</p>\n");
        page.Append("<div class=\"plots\">");
        foreach ((string title, Func<RatePoint, double> value) in s_quantities)
        {
            page.Append(SvgPlot.Draw(title, Series(value)));
        }

        page.Append("</div>\n");
    }

    private static void AppendTable(StringBuilder page, RatePoint[] points)
    {
        page.Append("<div class=\"scroll\"><table><thead><tr><th>codec</th><th>nominal kbit/s</th><th>file kbit/s</th><th>with entropy model</th><th>saving</th>");
        page.Append("<th>SI-SDR dB</th><th>STOI</th><th>ESTOI</th><th>mel</th><th>MR-STFT</th><th>perplexity first / lowest</th><th>lag removed, samples</th></tr></thead><tbody>\n");
        string? previous = null;
        foreach (RatePoint p in points)
        {
            string[] cells =
            [
                ReportText.Number(p.ActualKbps, 2), ReportText.Number(p.EntropyCodedKbps, 2), ReportText.Percent(p.EntropySaving), ReportText.Number(p.SiSdrDb, 2),
                ReportText.Number(p.Stoi, 3), ReportText.Number(p.Estoi, 3), ReportText.Number(p.Mel, 3), ReportText.Number(p.MultiResolutionStft, 3),
                ReportText.Perplexity(p.Perplexities), ReportText.Lag(p.LagSamples),
            ];
            page.Append(CultureInfo.InvariantCulture, $"<tr{(previous is not null && previous != p.Codec ? " class=\"first\"" : string.Empty)}><td>{Encode(p.Codec)}</td><td>{p.RateKbps}</td>");
            page.AppendJoin(string.Empty, cells.Select(c => $"<td>{c}</td>")).Append("</tr>\n");
            previous = p.Codec;
        }

        page.Append("</tbody></table></div>\n");
    }

    private static void AppendExample(StringBuilder page, ClipExample example)
    {
        float top = SpectrogramPicture.TopDb(example.Original);
        page.Append(CultureInfo.InvariantCulture, $"<h3>{Encode(example.Clip.Title)}</h3>\n<div class=\"clips\">");
        HtmlPage.AppendSound(page, "original", example.Original, top);
        foreach (ClipVersion version in example.Versions)
        {
            HtmlPage.AppendSound(page, string.Create(CultureInfo.InvariantCulture, $"{version.Codec} {version.RateKbps} ({version.ActualKbps:F1} kbit/s)"), version.Audio, top);
        }

        page.Append("</div>\n");
    }

    private static void AppendPerplexities(StringBuilder page, EvaluationResult result)
    {
        foreach ((string codec, double[] levels) in result.Perplexities)
        {
            page.Append(CultureInfo.InvariantCulture, $"<section>\n<h2>Codebook perplexity <small>{Encode(codec)}, all kinds together</small></h2>\n<div class=\"scroll\"><table><thead><tr><th>level</th>");
            page.AppendJoin(string.Empty, levels.Select((_, i) => $"<th>{i + 1}</th>")).Append("</tr></thead><tbody><tr><td>perplexity</td>");
            page.AppendJoin(string.Empty, levels.Select(v => $"<td>{ReportText.Number(v, 0)}</td>")).Append("</tr></tbody></table></div>\n</section>\n");
        }
    }

    private static void AppendDefinitions(StringBuilder page) => page.Append(
        """
        <section class="small">
        <h2>How it was measured</h2>
        <p>Bit rates are those of the files, containers included: all bits over all seconds. SI-SDR, STOI, ESTOI, mel and multi-resolution STFT distances are
        means per file; files of digital silence have no SI-SDR and are left out of its mean. Codecs that may shift the audio are aligned by cross-correlation before anything is measured; the column
        "lag removed" says by how much. Spectrograms show 0 Hz to half the sample rate over the loudest seconds of the file, all versions of a clip on one scale of 85 dB.</p>
        </section>

        """);

    private static string Color(int index) => s_colors[index % s_colors.Length];

    private static string Encode(string text) => HtmlPage.Encode(text);
}
