namespace AudioCodec.Training.Configuration;

/// <summary>The <c>data</c> section: which audio, and how its codes are drawn.</summary>
public sealed class LmDataSettings
{
    /// <summary>Length of a crop, seconds: that of an <c>.ecdc</c> chunk, at whose start the model restarts.</summary>
    public double ChunkSeconds { get; set; } = 2;

    /// <summary>Crops per step B.</summary>
    public int BatchSize { get; set; } = 16;

    /// <summary>Relative frequency of each <c>kind</c> of a manifest, or subfolder of a folder; empty, or where no subfolder is named here, takes every file by its duration.</summary>
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

    /// <summary>Checks every value that does not depend on the codec.</summary>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    internal void Validate()
    {
        Setting.Require(BatchSize is >= 1 and <= 4096, "data.batch_size", $"is {BatchSize}; allowed is 1 to 4096");
        Setting.Require(ChunkSeconds is > 0 and <= 600, "data.chunk_seconds", $"is {ChunkSeconds}; allowed is above 0 to 600");
        Setting.Require(Variants is >= 1 and <= 64, "data.variants", $"is {Variants}; allowed is 1 to 64");
        Setting.Require(GainMinDb <= GainMaxDb, "data.gain_min_db", "is above data.gain_max_db");
        Setting.Require(KindWeights.Values.All(w => w >= 0), "data.kind_weights", "must not be negative");
        Setting.Require(Dropout is >= 0 and < 1, "data.dropout", "must be from 0 to below 1");
    }
}
