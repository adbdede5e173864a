using System.Text;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Generation.Patterns;
using AudioCodec.Generation.Transformer;
using AudioCodec.Text;

namespace AudioCodec.Generation.Configuration;

/// <summary>Reads and writes the <c>config.json</c> in a generator's folder of this library.</summary>
internal static class GeneratorConfigJson
{
    private static readonly ConfigRecord<TokenModelConfig> s_transformer = new();
    private static readonly ConfigRecord<GenerationDefaults> s_defaults = new();
    private static readonly ConfigRecord<GeneratorConfig> s_record = new(
        new ConfigSection<TokenModelConfig>("transformer", s_transformer.Read, s_transformer.Write),
        new ConfigSection<CodebookPattern>("pattern", PatternKeys.Read, PatternKeys.Write),
        new ConfigSection<GenerationDefaults>("defaults", s_defaults.Read, s_defaults.Write),
        new ConfigSection<T5Config>("text_encoder", T5Config.Read, config => config.Write())); // Hugging Face's keys

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
