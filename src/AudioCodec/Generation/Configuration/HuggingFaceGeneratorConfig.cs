using System.Text.Json;
using System.Text.Json.Nodes;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Generation.Patterns;
using AudioCodec.Generation.Transformer;
using AudioCodec.Text;

namespace AudioCodec.Generation.Configuration;

/// <summary>Reads the <c>config.json</c> and <c>generation_config.json</c> of a MusicGen model in the Hugging Face transformers layout.</summary>
/// <remarks>Keys and defaults are those of transformers' <c>MusicgenConfig</c> and <c>MusicgenDecoderConfig</c>. Keys that do not describe the model are ignored, as there.</remarks>
internal static class HuggingFaceGeneratorConfig
{
    /// <summary>The model's <c>model_type</c>.</summary>
    public const string ModelType = "musicgen";

    private const int TrainedSeconds = 30;

    /// <summary>Reads the configuration.</summary>
    /// <param name="keys">The keys of <c>config.json</c>.</param>
    /// <param name="generation">The keys of <c>generation_config.json</c>; empty where there is none.</param>
    /// <param name="name">A name for the model, which the files do not state.</param>
    /// <param name="codec">The codec in the checkpoint.</param>
    /// <param name="source">Path, for messages.</param>
    /// <exception cref="ConfigException">A value is missing, not allowed or not supported.</exception>
    public static GeneratorConfig Read(JsonElement keys, JsonElement generation, string name, EncodecConfig codec, string source)
    {
        var tree = new ConfigTree(JsonTree.Of(keys), source);
        Require(tree, "model_type", ModelType, ModelType);
        Require(tree, "decoder.activation_function", "gelu", "gelu");
        Require(tree, "decoder.scale_embedding", "false", "false");
        T5Config text = Text(keys, source);
        int dimension = tree.Integer("decoder.hidden_size", 1024);
        var transformer = new TokenModelConfig
        {
            Dimension = dimension,
            Heads = tree.Integer("decoder.num_attention_heads", 16),
            Layers = tree.Integer("decoder.num_hidden_layers", 24),
            FeedForward = tree.Integer("decoder.ffn_dim", 4096),
            Codebooks = tree.Integer("decoder.num_codebooks", 4),
            CodebookSize = tree.Integer("decoder.vocab_size", 2048),
            TextWidth = text.Dimension,
        };
        transformer.Validated();
        int channels = tree.Integer("decoder.audio_channels", 1);
        int delays = transformer.Codebooks / Math.Max(1, channels);
        var defaults = new ConfigTree(JsonTree.Of(generation), source);

        // A sequence has a special token at its start, and the last codebook is behind the first.
        int windowFrames = Math.Max(1, defaults.Integer("max_length", (TrainedSeconds * codec.FrameRateHz) + delays) - delays);
        return new GeneratorConfig
        {
            Name = name,
            Codec = codec.Name,
            SampleRateHz = codec.SampleRateHz,
            FrameRateHz = codec.FrameRateHz,
            Channels = channels,
            Transformer = transformer,
            Pattern = channels == 2 ? DelayPattern.Stereo(transformer.Codebooks) : DelayPattern.Standard(transformer.Codebooks),
            WindowFrames = windowFrames,
            Defaults = Defaults(defaults, windowFrames, codec.FrameRateHz),
            TextEncoder = text,
        }.Validated();
    }

    private static T5Config Text(JsonElement keys, string source)
    {
        try
        {
            return keys.TryGetProperty("text_encoder", out JsonElement text) && text.ValueKind == JsonValueKind.Object && JsonObject.Create(text) is JsonObject encoder
                ? T5Config.Read(encoder)
                : throw new ConfigException("missing; the configuration of a T5 encoder is expected.", "");
        }
        catch (ConfigException e)
        {
            throw new ConfigException($"{source}: text_encoder: {e.Message}", $"text_encoder.{e.Key}".TrimEnd('.'), e);
        }
    }

    /// <summary>The files state no number of codes to draw from; transformers takes 50 for every model, MusicGen's authors 250, as its other checkpoints do.</summary>
    private static GenerationDefaults Defaults(ConfigTree tree, int windowFrames, int frameRateHz) => new()
    {
        Frames = Math.Min(windowFrames, 15 * frameRateHz),
        StrideFrames = Math.Max(1, windowFrames * 3 / 5),
        Guidance = tree.Number("guidance_scale", 3),
        Temperature = tree.Flag("do_sample", true) ? tree.Number("temperature", 1) : 0,
        TopK = tree.Integer("top_k", 250),
        TopP = tree.Number("top_p", 0) is var p && p < 1 ? p : 0,
    };

    private static void Require(ConfigTree tree, string key, string expected, string missing)
    {
        string found = tree.Text(key) ?? missing;
        if (found != expected)
        {
            throw tree.Fault(key, found, expected);
        }
    }
}
