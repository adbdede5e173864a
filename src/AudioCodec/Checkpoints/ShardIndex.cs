using System.Text.Json;

namespace AudioCodec.Checkpoints;

/// <summary>The index of a checkpoint that is split into several files ("shards"): which of them holds which tensor.</summary>
/// <remarks>Source: Hugging Face's <c>model.safetensors.index.json</c>, an object whose <c>weight_map</c> goes from tensor name to file name.</remarks>
internal sealed class ShardIndex
{
    /// <summary>How names of indexes end; before it stands the name that the whole file would have.</summary>
    public const string Suffix = ".index.json";

    private const int MaxBytes = 32 << 20;
    private const int MaxShards = 1024;

    private ShardIndex(Dictionary<string, string[]> shards) => Shards = shards;

    /// <summary>Path of each shard, and the tensors that the index expects in it.</summary>
    public IReadOnlyDictionary<string, string[]> Shards { get; }

    /// <summary>Whether a path is that of an index.</summary>
    public static bool Recognizes(string path) => path.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>Reads an index; the shards are not looked at.</summary>
    /// <exception cref="CheckpointException">The file is missing, no index, lists a tensor twice, or names a shard outside of its folder.</exception>
    public static ShardIndex Read(string path)
    {
        using ByteSource bytes = ByteSource.OpenFile(path);
        if (bytes.Length > MaxBytes)
        {
            throw new CheckpointException($"{path}: {bytes.Length} bytes; an index of shards has at most {MaxBytes}.", path);
        }

        var json = new byte[bytes.Length];
        bytes.Read(0, json);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return Parse(document.RootElement, path);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The reader throws InvalidOperationException for text that is not UTF-8.
            throw new CheckpointException($"{path}: not a valid index of shards: {Messages.OfJson(e)}", path, null, e);
        }
    }

    private static ShardIndex Parse(JsonElement root, string path)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("weight_map", out JsonElement map) || map.ValueKind != JsonValueKind.Object)
        {
            throw new CheckpointException($"{path}: not an index of shards: an object 'weight_map' from tensor names to file names is expected.", path);
        }

        string folder = Path.GetDirectoryName(path) ?? "";
        Dictionary<string, string[]> shards = map.EnumerateObject()
            .GroupBy(pair => pair.Value.ValueKind == JsonValueKind.String ? pair.Value.GetString() ?? "" : "", pair => pair.Name)
            .ToDictionary(shard => Path.Combine(folder, FileName(shard.Key, path)), shard => shard.ToArray(), StringComparer.Ordinal);
        return shards.Count is >= 1 and <= MaxShards
            ? new ShardIndex(shards)
            : throw new CheckpointException($"{path}: names {shards.Count} shards; 1 to {MaxShards} are expected.", path);
    }

    /// <summary>Only a name: an index must not make a program read other folders.</summary>
    private static string FileName(string name, string path) =>
        name.Length > 0 && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? name
            : throw new CheckpointException(
                $"{path}: names the shard '{Messages.Quote(name)}'; a file beside the index is expected, named by letters, digits, '-', '_' and '.'.", path);
}
