using System.Text.Json;
using System.Text.Json.Nodes;

namespace AudioCodec.Codecs.Configuration;

/// <summary>The <c>config.json</c> beside a model's weights: <c>kind</c>, and the keys of that kind's record.</summary>
internal static class ConfigFile
{
    /// <summary>Key of the kind of model.</summary>
    public const string KindKey = "kind";

    /// <summary>Key of the state of its training.</summary>
    public const string StatusKey = "status";

    private const int MaxBytes = 1 << 20;
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="ConfigException">The file is missing, unreadable or too large for a configuration.</exception>
    public static byte[] ReadBytes(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            if (stream.Length > MaxBytes)
            {
                throw new ConfigException($"{path}: {stream.Length} bytes; a configuration has at most {MaxBytes}.", "");
            }

            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"{path}: cannot be read: {e.Message}", "", e);
        }
    }

    /// <summary>Parses a configuration; errors name its source.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="source">Path or name, for messages.</param>
    /// <param name="read">Receives the keys; may throw a <see cref="ConfigException"/>.</param>
    /// <exception cref="ConfigException">The text is not a JSON object, has a key twice, or <paramref name="read"/> refused it.</exception>
    public static T Parse<T>(ReadOnlySpan<byte> json, string source, Func<JsonObject, T> read)
    {
        try
        {
            JsonNode? root = JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
            return root is JsonObject keys ? read(keys) : throw new ConfigException("a JSON object of keys and values is expected.", "");
        }
        catch (ConfigException e)
        {
            throw new ConfigException($"{source}: {e.Message}", e.Key, e);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Reading text with half a surrogate pair throws InvalidOperationException.
            throw new ConfigException($"{source}: {Messages.OfJson(e)}", "", e);
        }
    }

    /// <summary>Removes <c>kind</c> from the keys and checks it.</summary>
    /// <exception cref="ConfigException">It is missing or another kind.</exception>
    public static void TakeKind(JsonObject keys, string expected)
    {
        string? kind = TakeText(keys, KindKey);
        if (kind is null && keys["model_type"] is JsonValue type && type.TryGetValue(out string? alien))
        {
            throw KindOfModel.Fault("model_type", alien, expected);
        }

        if (kind != expected)
        {
            throw KindOfModel.Fault(KindKey, kind, expected);
        }
    }

    /// <summary>Removes <c>status</c> from the keys and reads it; <see langword="null"/> where it is missing.</summary>
    /// <exception cref="ConfigException">It is not a status.</exception>
    public static CheckpointStatus? TakeStatus(JsonObject keys) => TakeText(keys, StatusKey) switch
    {
        null => null,
        "preview" => CheckpointStatus.Preview,
        "release" => CheckpointStatus.Release,
        string other => throw new ConfigException($"status is '{Messages.Quote(other)}'; preview or release is expected.", StatusKey),
    };

    /// <summary>The text of a status in a file.</summary>
    public static string Name(CheckpointStatus status) => status == CheckpointStatus.Preview ? "preview" : "release";

    /// <summary>Removes a text from the keys and reads it; <see langword="null"/> where it is missing.</summary>
    /// <exception cref="ConfigException">It is not text.</exception>
    public static string? TakeText(JsonObject keys, string key)
    {
        if (!keys.Remove(key, out JsonNode? value))
        {
            return null;
        }

        return value is JsonValue single && single.TryGetValue(out string? text)
            ? text
            : throw new ConfigException($"{key} is {Messages.Quote(value?.ToJsonString() ?? "null")}; text is expected.", key);
    }

    /// <summary>The text of a file: <c>kind</c> and the keys, ending in a line feed.</summary>
    public static string Format(string kind, JsonObject keys)
    {
        keys.Insert(0, KindKey, kind);
        return keys.ToJsonString(s_indented) + "\n";
    }
}
