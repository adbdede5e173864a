using System.Text;
using System.Text.Json.Serialization;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Generation.Patterns;
using AudioCodec.Generation.Transformer;

namespace AudioCodec.Generation.Configuration;

/// <summary>Reads and writes the <c>config.json</c> in a generator's folder of this library.</summary>
internal static class GeneratorConfigJson
{
    /// <summary>Supplies the values of keys that may be missing.</summary>
    private static readonly ConfigRecord<GeneratorConfig> s_record = new(GeneratorConfigContext.Default.GeneratorConfig, new GeneratorConfig
    {
        Name = "",
        Codec = "",
        SampleRateHz = 0,
        FrameRateHz = 0,
        Transformer = new TokenModelConfig { Dimension = 0, Heads = 0, Layers = 0, FeedForward = 0, Codebooks = 0, CodebookSize = 0, TextWidth = 0 },
        Pattern = DelayPattern.Standard(1),
        WindowFrames = 0,
        Defaults = new GenerationDefaults { Frames = 0, StrideFrames = 0 },
    });

    /// <summary>Reads JSON text.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="source">Path or name, for messages.</param>
    /// <exception cref="ConfigException">The text is not JSON, a key is unknown, repeated or missing, or a value is not allowed.</exception>
    public static GeneratorConfig Parse(ReadOnlySpan<byte> json, string source) => ConfigFile.Parse(json, source, keys =>
    {
        ConfigFile.TakeKind(keys, GeneratorConfig.Kind);
        return s_record.Read(keys).Validated();
    });

    /// <summary>The configuration as <c>config.json</c> holds it, UTF-8.</summary>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    public static byte[] Format(GeneratorConfig config) => Encoding.UTF8.GetBytes(ConfigFile.Format(GeneratorConfig.Kind, s_record.Write(config.Validated())));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    Converters =
    [
        typeof(SnakeCaseEnumConverter<CheckpointStatus>), typeof(FingerprintConverter), typeof(TransformerSection), typeof(PatternSection), typeof(DefaultsSection),
        typeof(TextEncoderSection),
    ])]
[JsonSerializable(typeof(GeneratorConfig))]
internal sealed partial class GeneratorConfigContext : JsonSerializerContext;
