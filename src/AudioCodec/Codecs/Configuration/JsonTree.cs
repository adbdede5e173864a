using System.Text.Json;

namespace AudioCodec.Codecs.Configuration;

/// <summary>Turns JSON into the tree of mappings, lists and texts that <see cref="ConfigTree"/> reads.</summary>
internal static class JsonTree
{
    /// <summary>Converts a value; numbers and truth values become their text.</summary>
    /// <exception cref="InvalidOperationException">A text has half a surrogate pair.</exception>
    public static object? Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => Mapping(element),
        JsonValueKind.Array => element.EnumerateArray().Select(Of).ToList(),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Null => null,
        _ => element.GetRawText(),
    };

    private static Dictionary<string, object?> Mapping(JsonElement element)
    {
        var mapping = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (JsonProperty property in element.EnumerateObject())
        {
            mapping[property.Name] = Of(property.Value);
        }

        return mapping;
    }
}
