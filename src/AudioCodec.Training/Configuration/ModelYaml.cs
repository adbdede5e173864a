using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AudioCodec.Codecs.Configuration;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;
using YamlScalar = YamlDotNet.Core.Events.Scalar;

namespace AudioCodec.Training.Configuration;

/// <summary>A recipe's <c>model</c> section: the keys and values that the model's <c>config.json</c> has, read by the same code.</summary>
internal sealed class ModelYaml : IYamlTypeConverter
{
    public bool Accepts(Type type) => type == typeof(EncodecConfig) || type == typeof(JsonObject);

    public object ReadYaml(IParser parser, Type type, ObjectDeserializer rootDeserializer)
    {
        Mark start = parser.Current?.Start ?? Mark.Empty;
        JsonObject keys = Read(parser) as JsonObject ?? throw new YamlException(start, start, "'model' has no keys.");
        return type == typeof(EncodecConfig) ? EncodecConfigJson.Read(keys) : keys;
    }

    public void WriteYaml(IEmitter emitter, object? value, Type type, ObjectSerializer serializer) =>
        Write(emitter, value is EncodecConfig config ? EncodecConfigJson.Write(config) : (JsonNode?)value);

    private static JsonNode? Read(IParser parser)
    {
        if (parser.TryConsume<MappingStart>(out _))
        {
            JsonObject mapping = [];
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                mapping[parser.Consume<YamlScalar>().Value] = Read(parser);
            }

            return mapping;
        }

        if (parser.TryConsume<SequenceStart>(out _))
        {
            JsonArray list = [];
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                list.Add(Read(parser));
            }

            return list;
        }

        YamlScalar scalar = parser.Consume<YamlScalar>();
        return Value(scalar.Style, scalar.Value);
    }

    /// <summary>The value that a scalar has in YAML's core schema; text where it is quoted.</summary>
    private static JsonNode? Value(ScalarStyle style, string value) => (style, value) switch
    {
        (not ScalarStyle.Plain, string text) => text,
        (_, "" or "~" or "null") => null,
        (_, "true") => true,
        (_, "false") => false,
        (_, string text) when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) => number,
        (_, string text) when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) => number,
        (_, string text) => text,
    };

    private static void Write(IEmitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject mapping:
                emitter.Emit(new MappingStart());
                foreach ((string key, JsonNode? value) in mapping)
                {
                    emitter.Emit(new YamlScalar(key));
                    Write(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray list:
                emitter.Emit(new SequenceStart(default, default, isImplicit: true, SequenceStyle.Flow));
                foreach (JsonNode? value in list)
                {
                    Write(emitter, value);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String && Value(ScalarStyle.Plain, value.ToString())?.GetValueKind() != JsonValueKind.String:
                emitter.Emit(new YamlScalar(default, default, value.ToString(), ScalarStyle.DoubleQuoted, isPlainImplicit: false, isQuotedImplicit: true));
                break;
            default:
                emitter.Emit(new YamlScalar(node?.ToString() ?? "null"));
                break;
        }
    }
}
