using System.Text.Json.Nodes;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Entropy;

namespace AudioCodec.Training.Configuration;

/// <summary>The <c>initialization</c> section of a language model's recipe.</summary>
public sealed class LmInitializationSettings
{
    /// <summary>Whether fresh embeddings and heads are set from the codec's codewords instead of noise.</summary>
    public bool FromCodebooks { get; set; } = true;
}

/// <summary>The <c>data</c> section: which audio, and how its codes are drawn.</summary>
public sealed class LmDataSettings
{
    /// <summary>Length of a crop, seconds: that of an <c>.ecdc</c> chunk, at whose start the model restarts.</summary>
    public double ChunkSeconds { get; set; } = 2;

    /// <summary>Crops per step B.</summary>
    public int BatchSize { get; set; } = 16;

    /// <summary>Relative frequency of each <c>kind</c> of a manifest; empty takes every file by its duration.</summary>
    public Dictionary<string, double> KindWeights { get; set; } = [];

    /// <summary>Split of the manifest to train on; a manifest without splits is used whole.</summary>
    public string Split { get; set; } = "train";

    /// <summary>Split of the manifest to validate on.</summary>
    public string ValidSplit { get; set; } = "valid";

    /// <summary>Times that each file is encoded: first as it is, then from random offsets within a frame and with random gains.</summary>
    public int Variants { get; set; } = 4;

    /// <summary>Lowest random gain of a variant, dB.</summary>
    public double GainMinDb { get; set; } = -6;

    /// <summary>Highest random gain of a variant, dB.</summary>
    public double GainMaxDb { get; set; } = 3;

    /// <summary>Relative frequency of the codec's bandwidths (kbit/s); those that are not named do not occur. Empty takes all alike.</summary>
    public Dictionary<double, double> BandwidthWeights { get; set; } = [];

    /// <summary>Probability that a channel of a residual branch is dropped in training, for all steps of a crop.</summary>
    public double Dropout { get; set; }
}

/// <summary>The <c>run</c> section of a language model's recipe.</summary>
public sealed class LmRunSettings : RunPace
{
    /// <summary>Bandwidth whose bits are reported for each kind and codebook, kbit/s.</summary>
    public double ValidBandwidth { get; set; } = 6;
}

/// <summary>A training recipe for the entropy coder's language model.</summary>
public sealed class LmTrainSettings : ITrainSettings
{
    /// <summary>Keys of an entropy model's <c>config.json</c> that its codec and its training give.</summary>
    private static readonly string[] s_given = ["status", "codec", "codec_fingerprint", "codebooks", "codebook_size"];

    /// <summary>Name and shape, by the keys of an entropy model's <c>config.json</c>; what is left out is that of the official models.</summary>
    public JsonObject Model { get; set; } = [];

    /// <summary>Initial values.</summary>
    public LmInitializationSettings Initialization { get; set; } = new();

    /// <summary>Data.</summary>
    public LmDataSettings Data { get; set; } = new();

    /// <summary>Optimizer and averaging.</summary>
    public OptimizerSettings Optimizer { get; set; } = new();

    /// <summary>Run.</summary>
    public LmRunSettings Run { get; set; } = new();

    /// <summary>The configuration of the model for a codec.</summary>
    /// <param name="codec">The codec whose codes are to be predicted.</param>
    /// <param name="fingerprint">Fingerprint of its weights.</param>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    public EntropyModelConfig ToModelConfig(EncodecConfig codec, WeightsFingerprint fingerprint)
    {
        ArgumentNullException.ThrowIfNull(codec);
        foreach (string key in s_given)
        {
            Setting.Require(!Model.ContainsKey(key), $"model.{key}", "follows from the codec; leave it out");
        }

        try
        {
            return (EntropyModelConfig.For(codec) with { Status = CheckpointStatus.Preview, CodecFingerprint = fingerprint }).Replace(Model);
        }
        catch (ConfigException error)
        {
            throw Setting.InModel(error);
        }
    }

    /// <summary>Codebooks in use at each bandwidth that training draws, with its relative frequency.</summary>
    /// <param name="codec">The codec.</param>
    /// <exception cref="ConfigException">A bandwidth is not the codec's, or no weight is above 0.</exception>
    public IReadOnlyList<(double Kbps, int Codebooks, double Weight)> Bandwidths(EncodecConfig codec)
    {
        ArgumentNullException.ThrowIfNull(codec);
        foreach ((double kbps, double weight) in Data.BandwidthWeights)
        {
            Setting.Require(codec.BandwidthsKbps.Contains(kbps), "data.bandwidth_weights", $"names {kbps} kbit/s; {codec.Name} offers {string.Join(", ", codec.BandwidthsKbps)}");
            Setting.Require(weight >= 0 && double.IsFinite(weight), "data.bandwidth_weights", "must not be negative");
        }

        (double, int, double)[] drawn = [.. codec.BandwidthsKbps
            .Select(kbps => (kbps, codec.CodebooksFor(kbps), Data.BandwidthWeights.Count == 0 ? 1 : Data.BandwidthWeights.GetValueOrDefault(kbps)))
            .Where(b => b.Item3 > 0)];
        Setting.Require(drawn.Length > 0, "data.bandwidth_weights", "must hold a weight above 0");
        return drawn;
    }

    /// <inheritdoc/>
    public void Validate()
    {
        _ = ToModelConfig(EncodecConfig.Encodec24Khz, default); // What the shape must keep does not depend on the codec.
        Setting.Require(Data.BatchSize is >= 1 and <= 4096, "data.batch_size", $"is {Data.BatchSize}; allowed is 1 to 4096");
        Setting.Require(Data.ChunkSeconds is > 0 and <= 600, "data.chunk_seconds", $"is {Data.ChunkSeconds}; allowed is above 0 to 600");
        Setting.Require(Data.Variants is >= 1 and <= 64, "data.variants", $"is {Data.Variants}; allowed is 1 to 64");
        Setting.Require(Data.GainMinDb <= Data.GainMaxDb, "data.gain_min_db", "is above data.gain_max_db");
        Setting.Require(Data.KindWeights.Values.All(w => w >= 0), "data.kind_weights", "must not be negative");
        Setting.Require(Data.Dropout is >= 0 and < 1, "data.dropout", "must be from 0 to below 1");
        Optimizer.Validate();
        Run.Validate();
    }
}
