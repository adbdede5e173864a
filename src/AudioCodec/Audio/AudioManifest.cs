using System.IO.Compression;
using System.Text.Json;

namespace AudioCodec.Audio;

/// <summary>Reads the list of a data set's files: JSON lines in AudioCraft's form, plain or compressed with gzip.</summary>
/// <remarks>
/// A line is an object with <c>path</c>, absolute or relative to the manifest, and where known <c>kind</c>, <c>split</c>, <c>title</c>,
/// <c>duration</c> (seconds), <c>bandwidth</c> (Hz), <c>captions</c> and <c>labels</c> (lists of texts, or one text). Other keys are ignored, empty lines too.
/// </remarks>
public static class AudioManifest
{
    /// <summary>Whether a file is a manifest by its name: <c>.jsonl</c> or <c>.json</c>, also with <c>.gz</c>.</summary>
    public static bool IsManifest(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Path.GetExtension(IsCompressed(path) ? path[..^3] : path).ToUpperInvariant() is ".JSONL" or ".JSON";
    }

    /// <summary>Reads all lines, in their order.</summary>
    /// <param name="path">The manifest; compressed if its name ends with <c>.gz</c>.</param>
    /// <exception cref="ConfigException">There is no such file, or a line is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<AudioClip> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new ConfigException($"'{path}' is neither a folder nor a file; name a folder of audio or a manifest (.jsonl).", path);
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "";
        var clips = new List<AudioClip>();
        int number = 0;
        try
        {
            using Stream file = File.OpenRead(path);
            using Stream plain = IsCompressed(path) ? new GZipStream(file, CompressionMode.Decompress) : file;
            using var lines = new StreamReader(plain);
            while (lines.ReadLine() is string line)
            {
                number++;
                if (!string.IsNullOrWhiteSpace(line))
                {
                    clips.Add(Parse(line, folder));
                }
            }
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException)
        {
            throw new ConfigException($"{path}, line {number}: {Messages.OfJson(e)}", path, e);
        }
        catch (InvalidDataException e)
        {
            throw new ConfigException($"{path}: cannot be decompressed after line {number}: {e.Message}", path, e);
        }

        return clips;
    }

    /// <summary>The files of a folder as a data set, sorted by path: its subfolders are the kinds, at any depth below them; those that lie in none are of no kind.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="split">Where the folder has a subfolder of this name, only that is read, and the kinds are its subfolders.</param>
    /// <param name="otherSplit">A subfolder of this name is no kind, and is left out where the split has no folder of its own.</param>
    /// <param name="unreadable">As for <see cref="AudioFile.FindAll(string, Action{string}?)"/>.</param>
    internal static IEnumerable<AudioClip> OfFolder(string folder, string? split = null, string? otherSplit = null, Action<string>? unreadable = null)
    {
        string inner = Path.Combine(folder, split ?? "");
        bool hasSplit = !string.IsNullOrEmpty(split) && Directory.Exists(inner);
        string root = hasSplit ? inner : folder;
        return from file in AudioFile.FindAll(root, unreadable)
               let kind = TopFolder(Path.GetRelativePath(root, file))
               where hasSplit || kind.Length == 0 || kind != otherSplit
               select new AudioClip(Path.GetFullPath(file), kind);
    }

    private static string TopFolder(string relative)
    {
        int end = relative.AsSpan().IndexOfAny(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        return end < 0 ? "" : relative[..end];
    }

    private static bool IsCompressed(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    private static AudioClip Parse(string line, string folder)
    {
        using var document = JsonDocument.Parse(line);
        JsonElement root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("an object such as {\"path\": \"a.flac\"} is expected.");
        }

        string path = Text(root, "path") ?? throw new FormatException("'path' is missing.");
        var clip = new AudioClip(Path.GetFullPath(Path.Combine(folder, path)), Text(root, "kind") ?? "", Number(root, "duration"), Number(root, "bandwidth"))
        {
            Split = Text(root, "split"),
            Captions = Texts(root, "captions"),
            Labels = Texts(root, "labels"),
        };
        return Text(root, "title") is { } title && !string.IsNullOrWhiteSpace(title) ? clip with { Title = title } : clip;
    }

    private static string? Text(JsonElement line, string key) =>
        line.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static IReadOnlyList<string> Texts(JsonElement line, string key) =>
        line.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!).Where(text => !string.IsNullOrWhiteSpace(text))]
            : Text(line, key) is { } text && !string.IsNullOrWhiteSpace(text) ? [text] : [];

    private static double Number(JsonElement line, string key) =>
        line.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble())
            ? Math.Max(0, value.GetDouble())
            : 0;
}
