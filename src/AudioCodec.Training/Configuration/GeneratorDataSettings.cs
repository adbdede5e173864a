namespace AudioCodec.Training.Configuration;

/// <summary>The <c>data</c> section of a generator's recipe: which audio, and how crops and captions are drawn.</summary>
public sealed class GeneratorDataSettings
{
    /// <summary>Length of a crop, seconds.</summary>
    public double CropSeconds { get; set; } = 2;

    /// <summary>Crops per step B.</summary>
    public int BatchSize { get; set; } = 8;

    /// <summary>Split of the manifest to train on; a manifest without splits is used whole.</summary>
    public string Split { get; set; } = "train";

    /// <summary>Split of the manifest to validate on.</summary>
    public string ValidSplit { get; set; } = "valid";

    /// <summary>Probability that a row's text is dropped.</summary>
    public double TextDrop { get; set; } = 0.1;

    /// <summary>Checks every value that does not depend on the codec.</summary>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    internal void Validate()
    {
        Setting.Require(BatchSize is >= 1 and <= 4096, "data.batch_size", $"is {BatchSize}; allowed is 1 to 4096");
        Setting.Require(CropSeconds is > 0 and <= 600, "data.crop_seconds", $"is {CropSeconds}; allowed is above 0 to 600");
        Setting.Require(TextDrop is >= 0 and <= 1, "data.text_drop", "must be from 0 to 1");
    }
}
