using System.Text.Json;
using System.Text.Json.Nodes;

namespace AudioCodec.Text;

/// <summary>Shape of a T5 encoder.</summary>
/// <remarks>
/// Its keys in files are those of a Hugging Face <c>config.json</c>, whose defaults hold for missing ones. Source: arXiv 1910.10683, section 2.1; the gated
/// form (T5 v1.1 and Flan-T5) arXiv 2002.05202.
/// </remarks>
public sealed record T5Config
{
    private const string GatedGelu = "gated-gelu";
    private const string Relu = "relu";
    private const string TypeKey = "model_type";
    private const string Type = "t5";

    /// <summary>Rows of the embedding; at least the tokenizer's ids, and often a rounded number.</summary>
    public int VocabularySize { get; init; } = 32128;

    /// <summary>Width of the stream and of a state, D.</summary>
    public int Dimension { get; init; } = 512;

    /// <summary>Attention heads, H.</summary>
    public int Heads { get; init; } = 8;

    /// <summary>Elements of a head's queries, keys and values; H times this need not be D.</summary>
    public int HeadWidth { get; init; } = 64;

    /// <summary>Width of the feed-forward networks.</summary>
    public int FeedForward { get; init; } = 2048;

    /// <summary>Whether they are gated, gelu(x W0) * (x W1) with the tanh form of GELU, in place of relu(x W).</summary>
    public bool Gated { get; init; }

    /// <summary>Layers.</summary>
    public int Layers { get; init; } = 6;

    /// <summary>Buckets of relative positions, half of them for each direction.</summary>
    public int PositionBuckets { get; init; } = 32;

    /// <summary>Distance in tokens from which on all share a direction's last bucket.</summary>
    public int PositionMaxDistance { get; init; } = 128;

    /// <summary>Added to the mean square in the norms.</summary>
    public float NormEpsilon { get; init; } = 1e-6f;

    /// <summary>Reads a <c>config.json</c> in the Hugging Face layout; keys that do not describe the encoder are ignored, as there.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="source">Path or name, for messages.</param>
    /// <exception cref="ConfigException">The text is not a JSON object, it is of another model, or a value is not allowed.</exception>
    public static T5Config Parse(ReadOnlySpan<byte> json, string source)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) is JsonObject keys
                ? ReadFile(keys)
                : throw new ConfigException("a JSON object of keys and values is expected.", "");
        }
        catch (ConfigException e)
        {
            throw new ConfigException($"{source}: {e.Message}", e.Key, e);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Reading text with half a surrogate pair throws InvalidOperationException.
            throw new ConfigException($"{source}: {Messages.OfJson(e)}", "", e);
        }
    }

    /// <summary>Reads the keys of a Hugging Face configuration, which may be part of another's.</summary>
    /// <exception cref="ConfigException">It is of another model, or a value is not allowed.</exception>
    internal static T5Config Read(JsonObject keys)
    {
        var defaults = new T5Config();
        string type = Value(keys, TypeKey, Type);
        if (type != Type)
        {
            throw KindOfModel.Fault(TypeKey, type, Type);
        }

        string form = Value(keys, "feed_forward_proj", Relu);
        Require(form is Relu or GatedGelu, "feed_forward_proj", form, $"{Relu} or {GatedGelu}");
        return new T5Config
        {
            VocabularySize = Value(keys, "vocab_size", defaults.VocabularySize),
            Dimension = Value(keys, "d_model", defaults.Dimension),
            Heads = Value(keys, "num_heads", defaults.Heads),
            HeadWidth = Value(keys, "d_kv", defaults.HeadWidth),
            FeedForward = Value(keys, "d_ff", defaults.FeedForward),
            Gated = form == GatedGelu,
            Layers = Value(keys, "num_layers", defaults.Layers),
            PositionBuckets = Value(keys, "relative_attention_num_buckets", defaults.PositionBuckets),
            PositionMaxDistance = Value(keys, "relative_attention_max_distance", defaults.PositionMaxDistance),
            NormEpsilon = Value(keys, "layer_norm_epsilon", defaults.NormEpsilon),
        }.Validated();
    }

    /// <summary>Reads a file, which has to say what it is of: nearly every key may be missing.</summary>
    private static T5Config ReadFile(JsonObject keys)
    {
        if (keys.ContainsKey("kind") && !keys.ContainsKey(TypeKey))
        {
            throw KindOfModel.Fault("kind", Value(keys, "kind", ""), Type);
        }

        T5Config config = Read(keys);
        return keys.ContainsKey(TypeKey) ? config : throw KindOfModel.Fault(TypeKey, null, Type);
    }

    /// <summary>The keys that <see cref="Read"/> reads.</summary>
    internal JsonObject Write() => new()
    {
        [TypeKey] = Type,
        ["vocab_size"] = VocabularySize,
        ["d_model"] = Dimension,
        ["num_heads"] = Heads,
        ["d_kv"] = HeadWidth,
        ["d_ff"] = FeedForward,
        ["feed_forward_proj"] = Gated ? GatedGelu : Relu,
        ["num_layers"] = Layers,
        ["relative_attention_num_buckets"] = PositionBuckets,
        ["relative_attention_max_distance"] = PositionMaxDistance,
        ["layer_norm_epsilon"] = NormEpsilon,
    };

    /// <summary>Checks all values.</summary>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    public T5Config Validated()
    {
        RequireRange("vocab_size", VocabularySize, 3, 1 << 20);
        RequireRange("d_model", Dimension, 1, 16384);
        RequireRange("num_heads", Heads, 1, 256);
        RequireRange("d_kv", HeadWidth, 1, 1024);
        RequireRange("d_ff", FeedForward, 1, 1 << 17);
        RequireRange("num_layers", Layers, 1, 128);
        Require(PositionBuckets is >= 4 and <= 4096 && PositionBuckets % 4 == 0, "relative_attention_num_buckets", PositionBuckets, "a multiple of 4 from 4 to 4096");
        RequireRange("relative_attention_max_distance", PositionMaxDistance, (PositionBuckets / 4) + 1, 1 << 20);
        Require(NormEpsilon is > 0 and <= 1, "layer_norm_epsilon", NormEpsilon, "above 0, at most 1");
        return this;
    }

    private static void RequireRange(string key, int value, int least, int most) => Require(value >= least && value <= most, key, value, $"{least} to {most}");

    private static void Require(bool holds, string key, object value, string allowed)
    {
        if (!holds)
        {
            throw new ConfigException($"{key} is {(value is string text ? $"'{Messages.Quote(text)}'" : value)}; allowed: {allowed}.", key);
        }
    }

    private static T Value<T>(JsonObject keys, string key, T missing)
    {
        JsonNode? node = keys[key];
        return node is null ? missing
            : node is JsonValue value && value.TryGetValue(out T? found) ? found
            : throw new ConfigException($"{key} is {Messages.Quote(node.ToJsonString())}; {(missing is string ? "text" : "a number")} is expected.", key);
    }
}
