using System.Text;
using System.Text.Json.Nodes;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using static AudioCodec.Codecs.Configuration.ConfigRule;

namespace AudioCodec.Entropy;

/// <summary>Everything that defines an entropy model: the transformer that predicts the codes of a frame from the frames before.</summary>
/// <remarks>Its properties in snake case are the keys of <c>config.json</c>. Source: High Fidelity Neural Audio Compression (arXiv 2210.13438), section 3.3; the defaults are the official models'.</remarks>
public sealed record EntropyModelConfig
{
    /// <summary>Value of <c>kind</c> in a checkpoint folder's <c>config.json</c>.</summary>
    public const string Kind = "entropy_lm";

    private const string Suffix = "_lm";

    private static readonly ConfigRecord<EntropyModelConfig> s_record = new();

    /// <summary>State of its training; release where the file does not state one.</summary>
    public CheckpointStatus Status { get; init; } = CheckpointStatus.Release;

    /// <summary>Name of the model.</summary>
    public required string Name { get; init; }

    /// <summary>Name of the codec whose codes it predicts, as in the <c>.ecdc</c> header.</summary>
    public required string Codec { get; init; }

    /// <summary>Fingerprint of encoder and codebooks of the codec whose codes it was trained on, or <see langword="null"/> where that is not recorded.</summary>
    public WeightsFingerprint? CodecFingerprint { get; init; }

    /// <summary>Codebooks with an embedding and a head.</summary>
    public required int Codebooks { get; init; }

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

    /// <summary>Earlier inputs that a step attends to: 3.5 seconds in the official models.</summary>
    public required int Window { get; init; }

    /// <summary>The configuration of the official entropy models for a codec.</summary>
    public static EntropyModelConfig For(EncodecConfig codec)
    {
        ArgumentNullException.ThrowIfNull(codec);
        return new EntropyModelConfig
        {
            Name = codec.Name + Suffix,
            Codec = codec.Name,
            Codebooks = codec.Codebooks,
            CodebookSize = codec.CodebookSize,
            Window = (int)(3.5 * codec.FrameRateHz),
        };
    }

    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="source">Path or name, for messages.</param>
    /// <exception cref="ConfigException">The text is not JSON, a key is unknown, repeated or missing, or a value is not allowed.</exception>
    public static EntropyModelConfig Parse(ReadOnlySpan<byte> json, string source) => ConfigFile.Parse(json, source, keys =>
    {
        ConfigFile.TakeKind(keys, Kind);
        return s_record.Read(keys).Validated();
    });

    /// <summary>The configuration as <c>config.json</c> holds it, UTF-8.</summary>
    public byte[] ToJson() => Encoding.UTF8.GetBytes(ConfigFile.Format(Kind, s_record.Write(this)));

    /// <summary>This configuration with other values for some keys.</summary>
    /// <exception cref="ConfigException">A key is unknown, or a value is not allowed.</exception>
    internal EntropyModelConfig Replace(JsonObject keys) => s_record.Replace(this, keys).Validated();

    /// <summary>Checks all values.</summary>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    public EntropyModelConfig Validated()
    {
        RequireName("name", Name, MaxNameChars + Suffix.Length);
        RequireName("codec", Codec);
        RequireRange("codebooks", Codebooks, 1, 256);
        RequireRange("codebook_size", CodebookSize, 2, 65536);
        RequireRange("layers", Layers, 1, 64);
        Require(Dimension is >= 4 and <= 4096 && Dimension % 2 == 0, "dimension", Dimension, "an even number from 4 to 4096");
        Require(Heads >= 1 && Dimension % Heads == 0, "heads", Heads, $"a divisor of the dimension {Dimension}");
        RequireRange("feed_forward", FeedForward, 1, 16384);
        RequireRange("window", Window, 1, 65536);
        return this;
    }

    /// <summary>Throws if a codec is not the one that the model was trained on.</summary>
    /// <param name="codec">The codec whose codes it predicts.</param>
    /// <param name="fingerprint">Computes the fingerprint of its weights; called only where this configuration records one.</param>
    /// <param name="source">Path of the entropy model, for messages.</param>
    /// <exception cref="CheckpointException">The codec has another name, other codebooks or other weights.</exception>
    public void RequireCodec(EncodecConfig codec, Func<WeightsFingerprint> fingerprint, string source)
    {
        ArgumentNullException.ThrowIfNull(codec);
        ArgumentNullException.ThrowIfNull(fingerprint);
        if (ObjectionTo(codec, fingerprint) is string objection)
        {
            throw new CheckpointException($"{source}: this language model {objection}", source);
        }
    }

    /// <summary>Why the codes of a codec are not those that the model predicts, or <see langword="null"/> where they are.</summary>
    /// <param name="codec">The codec.</param>
    /// <param name="fingerprint">As for <see cref="RequireCodec"/>.</param>
    internal string? ObjectionTo(EncodecConfig codec, Func<WeightsFingerprint> fingerprint) =>
        CodecFingerprint is null && Codec != codec.Name ? $"is for codec '{Codec}', not '{codec.Name}'."
        : CodebookSize != codec.CodebookSize || Codebooks < codec.Codebooks
            ? $"predicts {Codebooks} codebooks of {CodebookSize} entries; '{codec.Name}' has {codec.Codebooks} of {codec.CodebookSize}."
        : CodecFingerprint is { } expected && codec.RoundedFrom != expected && fingerprint() is var actual && actual != expected
            ? $"was trained on codes of '{Codec}' with encoder and codebooks {expected}; those of '{codec.Name}' here are {actual}. Use the codec that it belongs to, or train one for this codec."
            : null;
}
