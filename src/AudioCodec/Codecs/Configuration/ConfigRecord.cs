using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace AudioCodec.Codecs.Configuration;

/// <summary>Reads and writes a configuration record by its keys: its properties in snake case.</summary>
/// <typeparam name="T">The record. Its <see langword="required"/> properties are keys that must be present.</typeparam>
/// <param name="type">How it is serialized: generated at compile time, so that it works in trimmed and native builds.</param>
/// <param name="defaults">A record whose other properties have their defaults; generated code would give a missing init-only property that of its type.</param>
internal sealed class ConfigRecord<T>(JsonTypeInfo<T> type, T defaults)
    where T : class
{
    // Computed properties are not keys; they have no setter.
    private readonly JsonPropertyInfo[] _keys = [.. type.Properties.Where(property => property.Get is not null)];

    /// <summary>Builds a record from its keys; values are not checked against each other.</summary>
    /// <exception cref="ConfigException">A key is unknown or missing, or its value has the wrong type.</exception>
    public T Read(JsonObject keys)
    {
        RequireKnown(keys);
        if (Array.Find(_keys, property => property.IsRequired && !keys.ContainsKey(property.Name)) is { } missing)
        {
            throw new ConfigException($"{missing.Name} is missing; {Expected(missing.PropertyType)} is expected.", missing.Name);
        }

        return Replace(defaults, keys);
    }

    /// <summary>A copy of a record with other values for some keys; values are not checked against each other.</summary>
    /// <exception cref="ConfigException">A key is unknown, or its value has the wrong type.</exception>
    public T Replace(T record, JsonObject keys)
    {
        RequireKnown(keys);
        JsonObject all = Write(record);
        foreach ((string key, JsonNode? value) in keys)
        {
            all[key] = value?.DeepClone();
        }

        try
        {
            return all.Deserialize(type) ?? defaults; // an object is never null
        }
        catch (JsonException e)
        {
            string key = (e.Path ?? "").TrimStart('$', '.').Split('[')[0];
            string found = Messages.Quote(all[key]?.ToJsonString() ?? "null");
            string expected = Find(key) is { } property ? Expected(property.PropertyType) : "another value";
            throw new ConfigException($"{key} is {found}; {expected} is expected.", key, e);
        }
    }

    /// <summary>The keys of a record.</summary>
    public JsonObject Write(T record) => JsonSerializer.SerializeToNode(record, type)!.AsObject(); // a record is an object

    private JsonPropertyInfo? Find(string key) => Array.Find(_keys, property => property.Name == key);

    private void RequireKnown(JsonObject keys)
    {
        if (keys.Select(pair => pair.Key).FirstOrDefault(key => Find(key) is null) is string unknown)
        {
            string known = string.Join(", ", _keys.Select(property => property.Name));
            throw new ConfigException($"{Messages.Quote(unknown)} is not a known key; the keys are {known}.", unknown);
        }
    }

    private static string Expected(Type kind) =>
        kind == typeof(string) ? "text"
        : kind == typeof(bool) ? "true or false"
        : kind == typeof(int) || kind == typeof(int?) ? "a whole number"
        : kind == typeof(IReadOnlyList<int>) ? "a list of whole numbers"
        : kind == typeof(IReadOnlyList<double>) || kind == typeof(IReadOnlyList<float>) ? "a list of numbers"
        : kind.IsEnum ? string.Join(" or ", Enum.GetNames(kind).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName))
        : kind == typeof(double) ? "a number"
        : kind.IsClass ? "an object of keys and values"
        : "another value";
}
