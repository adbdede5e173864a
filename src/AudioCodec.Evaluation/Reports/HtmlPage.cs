using System.Globalization;
using System.Net;
using System.Text;
using AudioCodec.Audio;

namespace AudioCodec.Evaluation.Reports;

/// <summary>What the self-contained pages have in common: head, notes, sounds with their spectrograms.</summary>
internal static class HtmlPage
{
    /// <summary>Writes everything up to the first section.</summary>
    /// <param name="page">The page.</param>
    /// <param name="title">Heading.</param>
    /// <param name="summary">One sentence under the heading.</param>
    /// <param name="notes">What the reader must know first; may be empty.</param>
    public static void Begin(StringBuilder page, string title, string summary, IReadOnlyList<string> notes)
    {
        page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        page.Append(CultureInfo.InvariantCulture, $"<title>{Encode(title)}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n<main>\n");
        page.Append(CultureInfo.InvariantCulture, $"<h1>{Encode(title)}</h1>\n<p>{Encode(summary)}</p>\n");
        if (notes.Count > 0)
        {
            page.Append("<ul class=\"notes\">");
            foreach (string note in notes)
            {
                page.Append(CultureInfo.InvariantCulture, $"<li>{Encode(note)}</li>");
            }

            page.Append("</ul>\n");
        }
    }

    /// <summary>Writes the end.</summary>
    /// <returns>The whole page.</returns>
    public static string End(StringBuilder page) => page.Append("</main>\n</body>\n</html>\n").ToString();

    /// <summary>Writes a picture of a sound with a player.</summary>
    /// <param name="page">The page.</param>
    /// <param name="caption">Text above the picture.</param>
    /// <param name="audio">The sound.</param>
    /// <param name="topDb">Level drawn brightest.</param>
    public static void AppendSound(StringBuilder page, string caption, AudioBuffer audio, float topDb)
    {
        string picture = Convert.ToBase64String(SpectrogramPicture.Draw(audio, 480, 160, topDb));
        string sound = Convert.ToBase64String(WavWriter.ToBytes(audio));
        string label = Encode(caption);
        page.Append(CultureInfo.InvariantCulture, $"<figure><figcaption>{label}</figcaption><img alt=\"spectrogram, {label}\" src=\"data:image/png;base64,{picture}\">");
        page.Append(CultureInfo.InvariantCulture, $"<audio controls preload=\"none\" src=\"data:audio/wav;base64,{sound}\"></audio></figure>\n");
    }

    /// <summary>Writes a table; the cells of the first column are names.</summary>
    public static void AppendTable(StringBuilder page, IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        page.Append("<div class=\"scroll\"><table><thead><tr>").AppendJoin(string.Empty, headings.Select(heading => $"<th>{Encode(heading)}</th>")).Append("</tr></thead><tbody>\n");
        foreach (IReadOnlyList<string> row in rows)
        {
            page.Append("<tr>").AppendJoin(string.Empty, row.Select(cell => $"<td>{Encode(cell)}</td>")).Append("</tr>\n");
        }

        page.Append("</tbody></table></div>\n");
    }

    /// <summary>Text as HTML.</summary>
    public static string Encode(string text) => WebUtility.HtmlEncode(text);

    private const string Style =
        """
        :root { color-scheme: light; }
        body { margin: 0; background: #f6f7f9; color: #1c2430; font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
        main { max-width: 1200px; margin: 0 auto; padding: 24px; }
        h1 { font-size: 26px; margin: 8px 0; } h2 { font-size: 20px; margin: 4px 0 8px; } h3 { font-size: 16px; margin: 20px 0 8px; }
        small { color: #68737f; font-weight: normal; font-size: 14px; }
        section { background: #fff; border: 1px solid #dfe3e8; border-radius: 8px; padding: 16px 20px; margin: 20px 0; }
        .notes { background: #fff7e0; border: 1px solid #ecd9a0; border-radius: 8px; padding: 10px 10px 10px 30px; }
        .small { color: #4a5560; font-size: 14px; }
        .legend span { margin-right: 18px; } .legend i { display: inline-block; width: 12px; height: 12px; border-radius: 6px; margin-right: 6px; }
        .plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(340px, 1fr)); gap: 12px; }
        svg { width: 100%; height: auto; } svg text { font-size: 12px; fill: #414b56; } svg .t { font-weight: 600; fill: #1c2430; }
        svg .e { text-anchor: end; } svg .m { text-anchor: middle; } svg .g { stroke: #e6e9ed; stroke-width: 1; }
        .scroll { overflow-x: auto; margin-top: 12px; }
        table { border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums; width: 100%; }
        th, td { text-align: right; padding: 4px 8px; white-space: nowrap; } th { font-weight: 600; color: #414b56; border-bottom: 2px solid #ccd2d9; white-space: normal; }
        th:first-child, td:first-child { text-align: left; } tr.first td { border-top: 1px solid #ccd2d9; } tbody tr:hover { background: #f1f5fb; }
        .clips { display: grid; grid-template-columns: repeat(auto-fill, minmax(260px, 1fr)); gap: 14px; }
        figure { margin: 0; } figcaption { font-size: 13.5px; margin-bottom: 3px; } img { width: 100%; display: block; border-radius: 4px; } audio { width: 100%; height: 34px; margin-top: 4px; }
        """;
}
