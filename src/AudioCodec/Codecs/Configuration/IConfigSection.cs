using System.Text.Json.Nodes;

namespace AudioCodec.Codecs.Configuration;

/// <summary>A key of a configuration whose value has keys of its own.</summary>
internal interface IConfigSection
{
    /// <summary>Type of the property.</summary>
    Type Type { get; }

    /// <summary>Builds the value; <see langword="null"/> where the node is no object.</summary>
    /// <exception cref="ConfigException">A key of the section is not allowed; the message and its key say which section.</exception>
    object? Read(JsonNode node);

    /// <summary>The keys of a value.</summary>
    JsonObject Write(object value);
}
