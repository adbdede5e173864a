using System.Text.Json;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Entropy;

/// <summary>Everything that defines an entropy model: the transformer that predicts the codes of a frame from the frames before.</summary>
/// <remarks>Source: High Fidelity Neural Audio Compression (arXiv 2210.13438), section 3.3; the defaults are the official models'.</remarks>
public sealed record EntropyModelConfig
{
    /// <summary>Value of <c>kind</c> in a checkpoint folder's <c>config.json</c>.</summary>
    public const string Kind = "entropy_lm";

    /// <summary>Name of the model.</summary>
    public required string Name { get; init; }

    /// <summary>Name of the codec whose codes it predicts, as in the <c>.ecdc</c> header.</summary>
    public required string Codec { get; init; }

    /// <summary>Codebooks that it has embeddings and heads for.</summary>
    public required int Codebooks { get; init; }

    /// <summary>Earlier inputs that a step attends to: 3.5 seconds in the official models.</summary>
    public required int Window { get; init; }

    /// <summary>Entries N of each codebook.</summary>
    public int CodebookSize { get; init; } = 1024;

    /// <summary>Width D of the transformer.</summary>
    public int Dimension { get; init; } = 200;

    /// <summary>Transformer layers.</summary>
    public int Layers { get; init; } = 5;

    /// <summary>Attention heads.</summary>
    public int Heads { get; init; } = 8;

    /// <summary>Width of the feed-forward part.</summary>
    public int FeedForward { get; init; } = 800;

    /// <summary>How far its training is; official models and files that do not say count as finished.</summary>
    public CheckpointStatus Status { get; init; } = CheckpointStatus.Release;

    /// <summary>Fingerprint of the codec's weights whose codes it was trained on, or <see langword="null"/> where that is not recorded.</summary>
    public WeightsFingerprint? CodecFingerprint { get; init; }

    /// <summary>The configuration of the official entropy models for a codec.</summary>
    public static EntropyModelConfig For(EncodecConfig codec)
    {
        ArgumentNullException.ThrowIfNull(codec);
        return new EntropyModelConfig
        {
            Name = codec.Name + "_lm",
            Codec = codec.Name,
            Codebooks = codec.Codebooks,
            CodebookSize = codec.CodebookSize,
            Window = (int)(3.5 * codec.FrameRateHz),
        };
    }

    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <exception cref="ConfigException">A key is unknown or missing, or a value is not allowed.</exception>
    public static EntropyModelConfig Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            var values = document.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
            if (!values.Remove("kind", out JsonElement kind) || kind.GetString() != Kind)
            {
                throw new ConfigException($"'kind' must be \"{Kind}\": this is not the configuration of an entropy model.", "kind");
            }

            var config = new EntropyModelConfig
            {
                Name = Text(values, "name"),
                Codec = Text(values, "codec"),
                Codebooks = Number(values, "codebooks"),
                Window = Number(values, "window"),
                CodebookSize = Number(values, "codebook_size"),
                Dimension = Number(values, "dimension"),
                Layers = Number(values, "layers"),
                Heads = Number(values, "heads"),
                FeedForward = Number(values, "feed_forward"),
                Status = values.ContainsKey("status") ? StatusOf(Text(values, "status")) : CheckpointStatus.Release,
                CodecFingerprint = values.ContainsKey("codec_fingerprint") ? FingerprintOf(Text(values, "codec_fingerprint")) : null,
            };
            if (values.Count > 0)
            {
                throw new ConfigException($"'{values.Keys.First()}' is not a key of an entropy model's configuration.", values.Keys.First());
            }

            return config.Validated();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new ConfigException($"The configuration is not a JSON object of plain values: {exception.Message}", "$", exception);
        }
    }

    /// <summary>The configuration as <c>config.json</c> holds it.</summary>
    public byte[] ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("kind", Kind);
            writer.WriteString("status", Status == CheckpointStatus.Preview ? "preview" : "release");
            writer.WriteString("name", Name);
            writer.WriteString("codec", Codec);
            if (CodecFingerprint is { } fingerprint)
            {
                writer.WriteString("codec_fingerprint", fingerprint.ToString());
            }

            writer.WriteNumber("codebooks", Codebooks);
            writer.WriteNumber("codebook_size", CodebookSize);
            writer.WriteNumber("dimension", Dimension);
            writer.WriteNumber("layers", Layers);
            writer.WriteNumber("heads", Heads);
            writer.WriteNumber("feed_forward", FeedForward);
            writer.WriteNumber("window", Window);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>Checks all values.</summary>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    public EntropyModelConfig Validated()
    {
        Require(Codebooks is >= 1 and <= 256, "codebooks", Codebooks, "1 to 256");
        Require(CodebookSize is >= 2 and <= 65536, "codebook_size", CodebookSize, "2 to 65536");
        Require(Layers is >= 1 and <= 64, "layers", Layers, "1 to 64");
        Require(Dimension is >= 4 and <= 4096 && Dimension % 2 == 0, "dimension", Dimension, "an even number from 4 to 4096");
        Require(Heads >= 1 && Dimension % Heads == 0, "heads", Heads, $"a divisor of the dimension {Dimension}");
        Require(FeedForward is >= 1 and <= 16384, "feed_forward", FeedForward, "1 to 16384");
        Require(Window is >= 1 and <= 65536, "window", Window, "1 to 65536");
        return this;
    }

    /// <summary>Refuses a codec other than the one that the model was trained on.</summary>
    /// <param name="codec">The codec whose codes are to be predicted.</param>
    /// <param name="fingerprint">Gives the fingerprint of its weights; asked only where this configuration records one.</param>
    /// <param name="source">Path of the entropy model, for messages.</param>
    /// <exception cref="CheckpointException">The codec has another name, other codebooks or other weights.</exception>
    public void RequireCodec(EncodecConfig codec, Func<WeightsFingerprint> fingerprint, string source)
    {
        ArgumentNullException.ThrowIfNull(codec);
        ArgumentNullException.ThrowIfNull(fingerprint);
        if (Codec != codec.Name)
        {
            throw new CheckpointException($"{source}: this language model is for codec '{Codec}', not '{codec.Name}'.", source);
        }

        if (CodebookSize != codec.CodebookSize || Codebooks < codec.Codebooks)
        {
            throw new CheckpointException(
                $"{source}: this language model predicts {Codebooks} codebooks of {CodebookSize} entries; '{codec.Name}' has {codec.Codebooks} of {codec.CodebookSize}.", source);
        }

        if (CodecFingerprint is { } expected && fingerprint() is var actual && actual != expected)
        {
            throw new CheckpointException(
                $"{source}: this language model was trained on codes of '{codec.Name}' with weights {expected}; the weights here are {actual}. "
                + "Use the codec that it belongs to, or train a language model for this one: audiocodec train lm.",
                source);
        }
    }

    private static CheckpointStatus StatusOf(string text) => text switch
    {
        "preview" => CheckpointStatus.Preview,
        "release" => CheckpointStatus.Release,
        _ => throw new ConfigException($"'status' is '{text}'; preview and release are allowed.", "status"),
    };

    private static WeightsFingerprint FingerprintOf(string text) => WeightsFingerprint.TryParse(text, out WeightsFingerprint value)
        ? value
        : throw new ConfigException($"'codec_fingerprint' is '{text}'; {2 * WeightsFingerprint.ByteCount} hexadecimal digits are expected.", "codec_fingerprint");

    private static void Require(bool holds, string key, int value, string allowed)
    {
        if (!holds)
        {
            throw new ConfigException($"'{key}' is {value}; {allowed} is allowed.", key);
        }
    }

    private static string Text(Dictionary<string, JsonElement> values, string key) =>
        Take(values, key).GetString() ?? throw new ConfigException($"'{key}' is null; a text is expected.", key);

    private static int Number(Dictionary<string, JsonElement> values, string key)
    {
        JsonElement element = Take(values, key);
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int value)
            ? value
            : throw new ConfigException($"'{key}' is {element.GetRawText()}; a whole number is expected.", key);
    }

    private static JsonElement Take(Dictionary<string, JsonElement> values, string key) =>
        values.Remove(key, out JsonElement element)
            ? element
            : throw new ConfigException($"'{key}' is missing from the configuration of the entropy model.", key);
}
