namespace AudioCodec.Training.Configuration;

/// <summary>The <c>data</c> section: which audio, and how crops are drawn from it.</summary>
public sealed class DataSettings
{
    /// <summary>Length of a crop, seconds.</summary>
    public double CropSeconds { get; set; } = 1;

    /// <summary>Crops per step B.</summary>
    public int BatchSize { get; set; } = 8;

    /// <summary>Relative frequency of each <c>kind</c> of a manifest, or subfolder of a folder; empty, or where no subfolder is named here, takes every file by its duration.</summary>
    public Dictionary<string, double> KindWeights { get; set; } = [];

    /// <summary>How often files are drawn whose <c>bandwidth</c> in the manifest lies below 95 % of half the sample rate, 1 being as often as others of their kind and duration.</summary>
    public StepValue BandLimitedWeight { get; set; } = new(1);

    /// <summary>Split of the manifest to train on; a manifest without splits is used whole.</summary>
    public string Split { get; set; } = "train";

    /// <summary>Split of the manifest to validate on.</summary>
    public string ValidSplit { get; set; } = "valid";

    /// <summary>Lowest random gain, dB.</summary>
    public double GainMinDb { get; set; } = -10;

    /// <summary>Highest random gain, dB. A crop that would clip is scaled to its peak.</summary>
    public double GainMaxDb { get; set; } = 6;

    /// <summary>Probability that a second crop is mixed in.</summary>
    public double MixProbability { get; set; } = 0.2;

    /// <summary>Crops quieter than this RMS are drawn again (eight times at most).</summary>
    public double SilenceRms { get; set; } = 0.001;

    /// <summary>Threads that decode and cut crops.</summary>
    public int Workers { get; set; } = 1;

    /// <summary>Decoded audio kept in memory, MB.</summary>
    public int CacheMb { get; set; } = 1024;

    /// <summary>The same settings with other weights of kinds.</summary>
    internal DataSettings With(Dictionary<string, double> kindWeights)
    {
        var copy = (DataSettings)MemberwiseClone();
        copy.KindWeights = kindWeights;
        return copy;
    }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    internal void Validate()
    {
        Setting.Require(BatchSize is >= 1 and <= 4096, "data.batch_size", $"is {BatchSize}; allowed is 1 to 4096");
        Setting.Require(CropSeconds is > 0 and <= 600, "data.crop_seconds", $"is {CropSeconds}; allowed is above 0 to 600");
        Setting.Require(Workers is >= 1 and <= 64, "data.workers", $"is {Workers}; allowed is 1 to 64");
        Setting.Require(CacheMb >= 0, "data.cache_mb", "must not be negative");
        Setting.Require(GainMinDb <= GainMaxDb, "data.gain_min_db", "is above data.gain_max_db");
        Setting.Require(MixProbability is >= 0 and <= 1, "data.mix_probability", "must be between 0 and 1");
        Setting.Require(KindWeights.Values.All(w => w >= 0), "data.kind_weights", "must not be negative");
        Setting.Require(BandLimitedWeight.IsWeight, "data.band_limited_weight", "must be a weight of at least 0, or such weights by step");
    }
}
