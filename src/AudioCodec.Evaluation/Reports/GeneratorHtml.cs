using System.Globalization;
using System.Text;
using AudioCodec.Evaluation.Generation;

namespace AudioCodec.Evaluation.Reports;

/// <summary>Writes an evaluation of a generator as one self-contained HTML page with tables, spectrograms and players.</summary>
public static class GeneratorHtml
{
    /// <summary>The page.</summary>
    /// <param name="result">The evaluation.</param>
    /// <param name="title">Heading.</param>
    /// <param name="summary">One sentence under the heading: the model and the sounds.</param>
    public static string Write(GeneratorEvaluationResult result, string title, string summary)
    {
        ArgumentNullException.ThrowIfNull(result);
        var page = new StringBuilder();
        HtmlPage.Begin(page, title, summary, GeneratorColumns.Notes(result));
        page.Append("<section>\n<h2>Sets of sounds</h2>\n");
        HtmlPage.AppendTable(page, GeneratorColumns.Headings(result), result.Rows.Select(row => GeneratorColumns.Cells(result, row)));
        page.Append("</section>\n<section>\n<h2>By label</h2>\n");
        HtmlPage.AppendTable(page, GeneratorColumns.LabelHeadings(result), GeneratorColumns.LabelRows(result));
        page.Append("</section>\n");
        if (result.Examples.Count > 0)
        {
            page.Append(CultureInfo.InvariantCulture, $"<section>\n<h2>The first of each label <small>{HtmlPage.Encode(result.Rows[0].Name)}</small></h2>\n<div class=\"clips\">");
            foreach (JudgedSound example in result.Examples)
            {
                string caption = string.Create(CultureInfo.InvariantCulture, $"{(example.Sample.Prompt.Length > 0 ? example.Sample.Prompt : example.Sample.Label)}: heard as {example.HeardAs}, {100 * example.Probability:F0} %");
                HtmlPage.AppendSound(page, caption, example.Sample.Audio, SpectrogramPicture.TopDb(example.Sample.Audio));
            }

            page.Append("</div>\n</section>\n");
        }

        AppendDefinitions(page);
        return HtmlPage.End(page);
    }

    private static void AppendDefinitions(StringBuilder page) => page.Append(
        """
        <section class="small">
        <h2>How it was measured</h2>
        <p>Label agreement: sounds for which the classifier's most probable class is what was asked for, with Wilson's interval. KL: mean divergence, in nats, of the classifier's
        probabilities from those of another recording of the same label. FAD: Fréchet distance of the classifier's embeddings to those of the recordings, for equal numbers of
        vectors, for all, and extrapolated to infinitely many against 1/N. Nearest: 1 less the correlation of the course of loudness in 32 bands with that of the most similar training
        recording, at the best shift; near are those below what one in twenty recordings of the same length has. Figures compare only within one classifier, number of sounds and length.</p>
        </section>

        """);
}
