using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Generation.Patterns;
using AudioCodec.Generation.Transformer;
using AudioCodec.Text;

namespace AudioCodec.Generation.Configuration;

/// <summary>A part of a configuration that has keys of its own; errors name the dotted key.</summary>
/// <param name="key">Key of the part.</param>
/// <param name="read">Builds the value from its keys; may throw a <see cref="ConfigException"/>.</param>
/// <param name="write">The keys of a value.</param>
internal abstract class ConfigSection<T>(string key, Func<JsonObject, T> read, Func<T, JsonObject> write) : JsonConverter<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        JsonNode? node = JsonNode.Parse(ref reader);
        try
        {
            return read(node as JsonObject ?? throw new JsonException());
        }
        catch (ConfigException e)
        {
            throw new ConfigException($"{key}: {e.Message}", e.Key.Length > 0 ? $"{key}.{e.Key}" : key, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => write(value).WriteTo(writer, options);
}

/// <summary>The transformer's shape.</summary>
internal sealed class TransformerSection() : ConfigSection<TokenModelConfig>("transformer", s_record.Read, s_record.Write)
{
    private static readonly ConfigRecord<TokenModelConfig> s_record = new(GeneratorPartsContext.Default.TokenModelConfig, new TokenModelConfig
    {
        Dimension = 0,
        Heads = 0,
        Layers = 0,
        FeedForward = 0,
        Codebooks = 0,
        CodebookSize = 0,
        TextWidth = 0,
    });
}

/// <summary>How the generator is used.</summary>
internal sealed class DefaultsSection() : ConfigSection<GenerationDefaults>("defaults", s_record.Read, s_record.Write)
{
    private static readonly ConfigRecord<GenerationDefaults> s_record =
        new(GeneratorPartsContext.Default.GenerationDefaults, new GenerationDefaults { Frames = 0, StrideFrames = 0 });
}

/// <summary>The pattern and its options.</summary>
internal sealed class PatternSection() : ConfigSection<CodebookPattern>("pattern", PatternKeys.Read, PatternKeys.Write);

/// <summary>The text encoder's shape, by Hugging Face's keys.</summary>
internal sealed class TextEncoderSection() : ConfigSection<T5Config>("text_encoder", T5Config.Read, config => config.Write());

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TokenModelConfig))]
[JsonSerializable(typeof(GenerationDefaults))]
internal sealed partial class GeneratorPartsContext : JsonSerializerContext;
