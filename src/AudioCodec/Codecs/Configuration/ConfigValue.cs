using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AudioCodec.Checkpoints;

namespace AudioCodec.Codecs.Configuration;

/// <summary>Values of a configuration's keys as JSON: text, numbers, truth values, lists of them, fingerprints, and enumerations by their names in snake case.</summary>
internal static class ConfigValue
{
    /// <summary>The value of a node, or <see langword="null"/> where it has another type.</summary>
    public static object? Read(Type type, JsonNode node) =>
        node is JsonArray list ? ReadList(type, list)
        : node is not JsonValue value ? null
        : value.GetValueKind() switch
        {
            JsonValueKind.String => ReadText(type, value.GetValue<string>()),
            JsonValueKind.Number => ReadNumber(type, value),
            JsonValueKind.True or JsonValueKind.False when type == typeof(bool) => value.GetValueKind() == JsonValueKind.True,
            _ => null,
        };

    /// <summary>The node of a value.</summary>
    public static JsonNode Write(object value) => value switch
    {
        string text => text,
        bool truth => truth,
        int number => number,
        double number => number,
        Enum name => JsonNamingPolicy.SnakeCaseLower.ConvertName(name.ToString()),
        WeightsFingerprint fingerprint => fingerprint.ToString(),
        IReadOnlyList<int> list => new JsonArray([.. list.Select(item => (JsonNode)item)]),
        IReadOnlyList<double> list => new JsonArray([.. list.Select(item => (JsonNode)item)]),
        IReadOnlyList<float> list => new JsonArray([.. list.Select(item => (JsonNode)item)]),
        IReadOnlyList<string> list => new JsonArray([.. list.Select(item => (JsonNode)item)]),
        _ => throw new NotSupportedException($"A key of type {value.GetType()} cannot be written."),
    };

    /// <summary>What is expected of a key's value, in words.</summary>
    public static string Expected(Type type) =>
        type == typeof(string) ? "text"
        : type == typeof(bool) ? "true or false"
        : type == typeof(int) || type == typeof(int?) ? "a whole number"
        : type == typeof(double) ? "a number"
        : type == typeof(WeightsFingerprint?) ? "a fingerprint of 32 hexadecimal digits"
        : type == typeof(IReadOnlyList<int>) ? "a list of whole numbers"
        : type == typeof(IReadOnlyList<double>) || type == typeof(IReadOnlyList<float>) ? "a list of numbers"
        : type == typeof(IReadOnlyList<string>) ? "a list of texts"
        : type.IsEnum ? string.Join(" or ", Enum.GetNames(type).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName))
        : "an object of keys and values";

    private static object? ReadText(Type type, string text)
    {
        if (type == typeof(string))
        {
            return text;
        }

        if (type.IsEnum)
        {
            string? name = Array.Find(Enum.GetNames(type), name => JsonNamingPolicy.SnakeCaseLower.ConvertName(name) == text);
            return name is null ? null : Enum.Parse(type, name);
        }

        return type == typeof(WeightsFingerprint?) && WeightsFingerprint.TryParse(text, out WeightsFingerprint fingerprint) ? fingerprint : null;
    }

    private static object? ReadNumber(Type type, JsonValue value)
    {
        // As text, whatever the node was made from.
        string digits = value.ToJsonString();
        return type == typeof(int) || type == typeof(int?) ? int.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int whole) ? whole : null
            : type == typeof(double) ? double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null
            : type == typeof(float) ? float.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out float single) && float.IsFinite(single) ? single : null
            : null;
    }

    private static object? ReadList(Type type, JsonArray list) =>
        type == typeof(IReadOnlyList<int>) ? Items<int>(list)
        : type == typeof(IReadOnlyList<double>) ? Items<double>(list)
        : type == typeof(IReadOnlyList<float>) ? Items<float>(list)
        : type == typeof(IReadOnlyList<string>) ? Items<string>(list)
        : null;

    private static T[]? Items<T>(JsonArray list)
    {
        var items = new T[list.Count];
        for (int i = 0; i < items.Length; i++)
        {
            if (list[i] is not { } node || Read(typeof(T), node) is not T item)
            {
                return null;
            }

            items[i] = item;
        }

        return items;
    }
}
