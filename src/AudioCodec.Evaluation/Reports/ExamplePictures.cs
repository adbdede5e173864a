using System.Globalization;
using System.Text;
using AudioCodec.Audio;
using AudioCodec.Files;

namespace AudioCodec.Evaluation.Reports;

/// <summary>Writes the spectrograms of excerpts as PNG files, with a Markdown table that shows them, for a model card.</summary>
public static class ExamplePictures
{
    /// <summary>Writes <c>{kind}-{title}-{version}.png</c> for the original and every version of every excerpt, and <c>pictures.md</c>.</summary>
    /// <param name="examples">The excerpts.</param>
    /// <param name="folder">Receives the files; created if it does not exist. Files of the same names are replaced.</param>
    /// <param name="codecs">Only versions of these codecs; all where it is empty.</param>
    /// <returns>Paths of the pictures.</returns>
    public static IReadOnlyList<string> Write(IReadOnlyList<ClipExample> examples, string folder, params IReadOnlyCollection<string> codecs)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(codecs);
        Directory.CreateDirectory(folder);
        var paths = new List<string>();
        var markdown = new StringBuilder();
        foreach (ClipExample example in examples)
        {
            float top = SpectrogramPicture.TopDb(example.Original);
            string stem = FileName($"{example.Clip.Kind}-{example.Clip.Title}");
            markdown.Append(CultureInfo.InvariantCulture, $"### {example.Clip.Kind}: {example.Clip.Title}\n\n| version | spectrogram |\n|---|---|\n");
            Add("original", example.Original);
            foreach (ClipVersion version in example.Versions.Where(v => codecs.Count == 0 || codecs.Contains(v.Codec)))
            {
                Add(string.Create(CultureInfo.InvariantCulture, $"{version.Codec} {version.RateKbps} kbps"), version.Audio);
            }

            markdown.Append('\n');

            void Add(string name, AudioBuffer audio)
            {
                string file = $"{stem}-{FileName(name)}.png";
                AtomicFile.Write(Path.Combine(folder, file), SpectrogramPicture.Draw(audio, 480, 160, top));
                paths.Add(Path.Combine(folder, file));
                markdown.Append(CultureInfo.InvariantCulture, $"| {name} | ![{name}]({file}) |\n");
            }
        }

        AtomicFile.Write(Path.Combine(folder, "pictures.md"), markdown.ToString());
        return paths;
    }

    /// <summary>Letters, digits and points in lower case, everything else a dash.</summary>
    private static string FileName(string text) =>
        string.Join('-', new string([.. text.Select(c => char.IsAsciiLetterOrDigit(c) || c == '.' ? char.ToLowerInvariant(c) : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
