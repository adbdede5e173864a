using System.Text.Json;

namespace AudioCodec.Evaluation;

/// <summary>Finds the files to evaluate on: a manifest's or a folder's.</summary>
public static class EvaluationSet
{
    private static readonly string[] s_extensions = [".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".wma"];

    /// <summary>Reads the list.</summary>
    /// <param name="path">
    /// A folder (searched with its subfolders; the name of a file's folder is its kind), an audio file, or a manifest: JSON lines with <c>path</c>
    /// (relative to the manifest) and, where known, <c>kind</c>, <c>split</c> and <c>title</c>.
    /// </param>
    /// <param name="split">Only the manifest's lines of this split; all where it is <see langword="null"/>.</param>
    /// <param name="kinds">Only files of these kinds; all where it is empty.</param>
    /// <param name="limitPerKind">At most so many files of each kind, spread evenly over the list; all where it is <see langword="null"/>.</param>
    /// <returns>Ordered by kind, then path.</returns>
    /// <exception cref="ConfigException">The path does not exist, the manifest is damaged, or nothing is left.</exception>
    public static IReadOnlyList<EvaluationClip> Load(string path, string? split = null, IReadOnlyCollection<string>? kinds = null, int? limitPerKind = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        IEnumerable<EvaluationClip> clips = Directory.Exists(path) ? FromFolder(path)
            : !File.Exists(path) ? throw new ConfigException($"'{path}' is neither a folder nor a file; name a folder of audio or a manifest (.jsonl).", path)
            : System.IO.Path.GetExtension(path) is ".jsonl" or ".json" ? FromManifest(path, split)
            : [new EvaluationClip(path, "audio", System.IO.Path.GetFileNameWithoutExtension(path))];
        EvaluationClip[] chosen =
        [
            .. clips.Where(clip => kinds is null || kinds.Count == 0 || kinds.Contains(clip.Kind))
                .GroupBy(clip => clip.Kind)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .SelectMany(group => Spread([.. group.OrderBy(clip => clip.Path, StringComparer.Ordinal)], limitPerKind)),
        ];
        if (chosen.Length == 0)
        {
            throw new ConfigException(
                $"'{path}' has no audio file to evaluate on{(split is null ? string.Empty : $" in split '{split}'")}"
                + $"{(kinds is null || kinds.Count == 0 ? string.Empty : $" of kind {string.Join(", ", kinds)}")}.",
                path);
        }

        return chosen;
    }

    private static IEnumerable<EvaluationClip> Spread(EvaluationClip[] clips, int? limit)
    {
        int count = Math.Min(limit ?? clips.Length, clips.Length);
        return Enumerable.Range(0, count).Select(i => clips[(int)((long)i * clips.Length / count)]);
    }

    private static IEnumerable<EvaluationClip> FromFolder(string folder) =>
        from file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        where s_extensions.Contains(System.IO.Path.GetExtension(file).ToLowerInvariant())
        let parent = System.IO.Path.GetDirectoryName(System.IO.Path.GetRelativePath(folder, file))
        let kind = string.IsNullOrEmpty(parent) ? new DirectoryInfo(folder).Name : System.IO.Path.GetFileName(parent)
        select new EvaluationClip(file, kind, System.IO.Path.GetFileNameWithoutExtension(file));

    private static IEnumerable<EvaluationClip> FromManifest(string manifest, string? split)
    {
        string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(manifest))!; // a file always has a folder
        int lineNumber = 0;
        foreach (string line in File.ReadLines(manifest))
        {
            lineNumber++;
            if (!string.IsNullOrWhiteSpace(line) && ParseLine(line, manifest, lineNumber) is { } entry && (split is null || entry.Split == split))
            {
                string full = System.IO.Path.Combine(folder, entry.Path);
                yield return new EvaluationClip(full, entry.Kind ?? "audio", string.IsNullOrWhiteSpace(entry.Title) ? System.IO.Path.GetFileNameWithoutExtension(full) : entry.Title);
            }
        }
    }

    private static (string Path, string? Split, string? Kind, string? Title) ParseLine(string line, string manifest, int lineNumber)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            string path = Text("path") ?? throw new ConfigException($"{manifest}, line {lineNumber}: 'path' is missing.", manifest);
            return (path, Text("split"), Text("kind"), Text("title"));

            string? Text(string name) => root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new ConfigException($"{manifest}, line {lineNumber}: not a JSON object ({exception.Message})", manifest, exception);
        }
    }
}

/// <summary>One file to evaluate on.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Kind">What it holds (<c>speech</c>, <c>music</c>, <c>env</c>, ...): results are grouped by it.</param>
/// <param name="Title">Name in reports.</param>
public sealed record EvaluationClip(string Path, string Kind, string Title);
