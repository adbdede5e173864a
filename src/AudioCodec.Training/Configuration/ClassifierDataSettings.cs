using System.Text.RegularExpressions;

namespace AudioCodec.Training.Configuration;

/// <summary>The <c>data</c> section of a sound classifier's recipe: which recordings, and what is done to them in training.</summary>
public sealed class ClassifierDataSettings
{
    /// <summary>Split of the manifest to train on; a manifest without splits is used whole.</summary>
    public string Split { get; set; } = "train";

    /// <summary>Split of the manifest to validate on.</summary>
    public string ValidSplit { get; set; } = "valid";

    /// <summary>Parts of the training recordings, each of which is kept from some networks of the ensemble, so that the others' figures on it are honest.</summary>
    public int Folds { get; set; } = 4;

    /// <summary>
    /// Pattern of a file's name whose first group is the number of its fold, from 1; files that it does not match belong to no fold. Without a pattern the
    /// files of each class are dealt out.
    /// </summary>
    public string FoldPattern { get; set; } = "";

    /// <summary>Windows per step and network B.</summary>
    public int BatchSize { get; set; } = 32;

    /// <summary>Versions of each recording that went through the codec: the first as it is, the others with another start, volume, pitch, tone and bandwidth.</summary>
    public int Variants { get; set; } = 3;

    /// <summary>Relative frequency of the codec's bandwidths (kbit/s) in those versions.</summary>
    public Dictionary<double, double> BandwidthWeights { get; set; } = [];

    /// <summary>Probability that a window comes from the recording itself, not from a coded version.</summary>
    public double OriginalShare { get; set; } = 0.4;

    /// <summary>Largest change of pitch of a version either way, semitones.</summary>
    public double PitchSemitones { get; set; } = 1;

    /// <summary>Largest rise of the treble against the bass of a version either way, dB.</summary>
    public double TiltDb { get; set; } = 4;

    /// <summary>Probability that a window is mixed with one of another class, and the target alike (Zhang et al. 2017, mixup).</summary>
    public double MixProbability { get; set; } = 0.5;

    /// <summary>Probability that a window that is not mixed gets a background: a recording that has no label of the recipe.</summary>
    public double BackgroundProbability { get; set; } = 0.3;

    /// <summary>Kind of the recordings that are backgrounds.</summary>
    public string BackgroundKind { get; set; } = "env";

    /// <summary>Largest random gain of four points of the spectrum, between which it changes evenly, dB.</summary>
    public double EqualizerDb { get; set; } = 7;

    /// <summary>Largest move of the spectrum either way, mel bands.</summary>
    public int ShiftBands { get; set; } = 2;

    /// <summary>Largest change of tempo, as a natural logarithm.</summary>
    public double Stretch { get; set; } = 0.2;

    /// <summary>Most mel bands that each of two masks hides (Park et al. 2019, SpecAugment).</summary>
    public int MaskBands { get; set; } = 8;

    /// <summary>Most frames that a mask hides.</summary>
    public int MaskFrames { get; set; } = 20;

    /// <summary>Probability that a value before the embedding is dropped.</summary>
    public double Dropout { get; set; } = 0.2;

    /// <summary>Share of the targets that is spread over all classes.</summary>
    public double LabelSmoothing { get; set; } = 0.05;

    /// <summary>Checks every value that does not depend on the codec.</summary>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    internal void Validate()
    {
        Setting.Require(BatchSize is >= 2 and <= 4096, "data.batch_size", $"is {BatchSize}; allowed is 2 to 4096");
        Setting.Require(Folds is >= 2 and <= 64, "data.folds", $"is {Folds}; allowed is 2 to 64");
        Setting.Require(IsPattern(FoldPattern), "data.fold_pattern", "must be a regular expression with a group in parentheses, or empty");
        Setting.Require(Variants is >= 1 and <= 64, "data.variants", $"is {Variants}; allowed is 1 to 64");
        Setting.Require(OriginalShare is >= 0 and <= 1, "data.original_share", "must be from 0 to 1");
        Setting.Require(PitchSemitones is >= 0 and <= 12, "data.pitch_semitones", "must be from 0 to 12");
        Setting.Require(TiltDb is >= 0 and <= 40, "data.tilt_db", "must be from 0 to 40");
        Setting.Require(MixProbability is >= 0 and <= 1, "data.mix_probability", "must be from 0 to 1");
        Setting.Require(BackgroundProbability is >= 0 and <= 1, "data.background_probability", "must be from 0 to 1");
        Setting.Require(EqualizerDb is >= 0 and <= 40, "data.equalizer_db", "must be from 0 to 40");
        Setting.Require(ShiftBands is >= 0 and <= 8, "data.shift_bands", "must be from 0 to 8");
        Setting.Require(Stretch is >= 0 and <= 1, "data.stretch", "must be from 0 to 1");
        Setting.Require(MaskBands >= 0 && MaskFrames >= 0, "data.mask_bands", "masks must not be negative");
        Setting.Require(Dropout is >= 0 and < 1, "data.dropout", "must be from 0 to below 1");
        Setting.Require(LabelSmoothing is >= 0 and < 1, "data.label_smoothing", "must be from 0 to below 1");
    }

    private static bool IsPattern(string text)
    {
        try
        {
            return text.Length == 0 || new Regex(text).GetGroupNumbers().Length > 1;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
