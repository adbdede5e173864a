using System.Text.Json;
using AudioCodec.Checkpoints;
using AudioCodec.Files;

namespace AudioCodec.Codecs.Configuration;

/// <summary>Reads and writes the <c>config.json</c> that stands beside a codec's weights.</summary>
public static class EncodecConfigJson
{
    /// <summary>Value of the key <c>kind</c> in a codec's folder.</summary>
    public const string Kind = "codec";

    private const int MaxBytes = 1 << 20;

    /// <summary>Reads a file.</summary>
    /// <exception cref="ConfigException">The file is missing, no JSON, has an unknown or repeated key, lacks one, or a value is not allowed.</exception>
    public static (EncodecConfig Config, CheckpointStatus Status) Read(string path) => Parse(ReadBytes(path), path);

    /// <summary>Reads JSON text.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="source">Path or name, for messages.</param>
    /// <exception cref="ConfigException">The text is no JSON, has an unknown or repeated key, lacks one, or a value is not allowed.</exception>
    public static (EncodecConfig Config, CheckpointStatus Status) Parse(ReadOnlySpan<byte> json, string source)
    {
        EncodecConfigDocument? document;
        try
        {
            document = JsonSerializer.Deserialize(json, EncodecConfigJsonContext.Default.EncodecConfigDocument);
        }
        catch (JsonException e)
        {
            throw new ConfigException($"{source}: {Messages.Quote(e.Message)}", e.Path?.TrimStart('$', '.') ?? "", e);
        }

        if (document?.Kind != Kind)
        {
            throw new ConfigException($"{source}: kind is '{Messages.Quote(document?.Kind ?? "")}', expected '{Kind}': not a codec's configuration.", "kind");
        }

        EncodecConfig config = document.ToConfig();
        try
        {
            config.Validate();
        }
        catch (ConfigException e)
        {
            throw new ConfigException($"{source}: {e.Message}", e.Key, e);
        }

        return (config, document.Status);
    }

    /// <summary>Gives the JSON text of a configuration, ending in a line feed.</summary>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    public static string Format(EncodecConfig config, CheckpointStatus status)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        return JsonSerializer.Serialize(EncodecConfigDocument.From(config, status), EncodecConfigJsonContext.Default.EncodecConfigDocument) + "\n";
    }

    /// <summary>Writes a file.</summary>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    public static void Write(string path, EncodecConfig config, CheckpointStatus status) => AtomicFile.Write(path, Format(config, status));

    /// <summary>Reads a small file whole.</summary>
    /// <exception cref="ConfigException">The file is missing, unreadable or too large for a configuration.</exception>
    internal static byte[] ReadBytes(string path)
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
}
