using System.Text.Json.Nodes;
using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Generation.Configuration;

/// <summary>A part of a configuration that has keys of its own; errors name the dotted key.</summary>
/// <param name="key">Key of the part.</param>
/// <param name="read">Builds the value from its keys; may throw a <see cref="ConfigException"/>.</param>
/// <param name="write">The keys of a value.</param>
internal sealed class ConfigSection<T>(string key, Func<JsonObject, T> read, Func<T, JsonObject> write) : IConfigSection
    where T : class
{
    /// <inheritdoc/>
    public Type Type => typeof(T);

    /// <inheritdoc/>
    public object? Read(JsonNode node)
    {
        try
        {
            return node is JsonObject keys ? read(keys) : null;
        }
        catch (ConfigException e)
        {
            throw new ConfigException($"{key}: {e.Message}", e.Key.Length > 0 ? $"{key}.{e.Key}" : key, e);
        }
    }

    /// <inheritdoc/>
    public JsonObject Write(object value) => write((T)value);
}
