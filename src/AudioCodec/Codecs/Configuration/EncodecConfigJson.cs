using System.Text.Json.Nodes;
using AudioCodec.Files;

namespace AudioCodec.Codecs.Configuration;

/// <summary>Reads and writes the <c>config.json</c> beside a codec's weights.</summary>
public static class EncodecConfigJson
{
    /// <summary>Value of the key <c>kind</c> in a codec's folder.</summary>
    public const string Kind = "codec";

    private static readonly ConfigRecord<EncodecConfig> s_record = new();

    /// <summary>Reads a file.</summary>
    /// <exception cref="ConfigException">The file is missing or not JSON, a key is unknown, repeated or missing, or a value is not allowed.</exception>
    public static (EncodecConfig Config, CheckpointStatus Status) Read(string path) => Parse(ConfigFile.ReadBytes(path), path);

    /// <summary>Reads JSON text.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="source">Path or name, for messages.</param>
    /// <exception cref="ConfigException">The text is not JSON, a key is unknown, repeated or missing, or a value is not allowed.</exception>
    public static (EncodecConfig Config, CheckpointStatus Status) Parse(ReadOnlySpan<byte> json, string source) => ConfigFile.Parse(json, source, keys =>
    {
        ConfigFile.TakeKind(keys, Kind);
        CheckpointStatus status = ConfigFile.TakeStatus(keys) ?? CheckpointStatus.Release;
        return (Read(keys), status);
    });

    /// <summary>The JSON text of a configuration, ending in a line feed.</summary>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    public static string Format(EncodecConfig config, CheckpointStatus status)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        JsonObject keys = Write(config);
        keys.Insert(0, ConfigFile.StatusKey, ConfigFile.Name(status));
        return ConfigFile.Format(Kind, keys);
    }

    /// <summary>Writes a file.</summary>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    public static void Write(string path, EncodecConfig config, CheckpointStatus status) => AtomicFile.Write(path, Format(config, status));

    /// <summary>Builds a configuration from its keys.</summary>
    /// <exception cref="ConfigException">A key is unknown or missing, or a value is not allowed.</exception>
    internal static EncodecConfig Read(JsonObject keys)
    {
        EncodecConfig config = s_record.Read(keys);
        config.Validate();
        return config;
    }

    /// <summary>The keys of a configuration.</summary>
    internal static JsonObject Write(EncodecConfig config) => s_record.Write(config);
}
