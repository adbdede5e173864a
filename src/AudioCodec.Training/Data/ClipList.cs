using System.IO.Compression;
using System.Text.Json;

namespace AudioCodec.Training.Data;

/// <summary>Finds the files of a data set: a JSONL manifest, or a folder of audio.</summary>
public static class ClipList
{
    private static readonly string[] s_extensions = [".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".webm"];

    /// <summary>Reads a manifest or lists a folder.</summary>
    /// <param name="path">A <c>.jsonl</c> or <c>.jsonl.gz</c> file whose lines have a <c>path</c> (absolute, or relative to the manifest), or a folder.</param>
    /// <param name="split">Value that a line's <c>split</c> must have; lines without the key are taken. A folder's subfolder of that name is used if it exists.</param>
    /// <returns>The files, in the manifest's order or sorted by path.</returns>
    /// <exception cref="AudioFormatException">There is no such file or folder, a line is damaged, or no file is left.</exception>
    public static IReadOnlyList<ClipEntry> Read(string path, string split)
    {
        List<ClipEntry> clips = Directory.Exists(path) ? FromFolder(path, split) : FromManifest(path, split);
        return clips.Count > 0
            ? clips
            : throw new AudioFormatException($"'{path}' names no audio for the split '{split}'. Give a folder of audio or a JSONL manifest with lines such as {{\"path\": \"a.flac\", \"split\": \"{split}\"}}.", path);
    }

    private static List<ClipEntry> FromFolder(string path, string split)
    {
        string inner = Path.Combine(path, split);
        string root = split.Length > 0 && Directory.Exists(inner) ? inner : path;
        return [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Where(f => s_extensions.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)
            .Select(f => new ClipEntry(Path.GetFullPath(f), "", 0))];
    }

    private static List<ClipEntry> FromManifest(string path, string split)
    {
        var clips = new List<ClipEntry>();
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "";
        int number = 0;
        foreach (string line in ReadLines(path))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line) && Parse(line, folder, split, path, number) is { } clip)
            {
                clips.Add(clip);
            }
        }

        return clips;
    }

    private static List<string> ReadLines(string path)
    {
        try
        {
            using Stream file = File.OpenRead(path);
            using Stream plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
            using var reader = new StreamReader(plain);
            var lines = new List<string>();
            while (reader.ReadLine() is { } line)
            {
                lines.Add(line);
            }

            return lines;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new AudioFormatException($"'{path}' cannot be read ({error.Message}). Give a folder of audio or a JSONL manifest.", path, error);
        }
    }

    private static ClipEntry? Parse(string line, string folder, string split, string path, int number)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("path", out JsonElement file) || file.ValueKind != JsonValueKind.String)
            {
                throw new AudioFormatException($"'{path}' line {number}: expected an object with a \"path\".", path);
            }

            if (root.TryGetProperty("split", out JsonElement own) && own.ValueKind == JsonValueKind.String && own.GetString() != split)
            {
                return null;
            }

            string kind = root.TryGetProperty("kind", out JsonElement k) && k.ValueKind == JsonValueKind.String ? k.GetString()! : "";
            return new ClipEntry(Path.GetFullPath(Path.Combine(folder, file.GetString()!)), kind, Number(root, "duration"), Number(root, "bandwidth"));
        }
        catch (JsonException error)
        {
            throw new AudioFormatException($"'{path}' line {number}: no valid JSON ({error.Message}).", path, error);
        }
    }

    private static double Number(JsonElement line, string key) =>
        line.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? Math.Max(0, value.GetDouble()) : 0;
}
