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

    /// <summary>
    /// Relative frequency of files by a label or a <c>kind</c> of the manifest or subfolder of a folder, each a number or numbers by step; a file counts for the first of its labels
    /// that stands here, else for its kind. Empty takes every file by the length of what is heard in it.
    /// </summary>
    public Dictionary<string, StepValue> Weights { get; set; } = [];

    /// <summary>Folder that keeps the tokens, for several runs; empty keeps them in the run's folder.</summary>
    public string Tokens { get; set; } = "";

    /// <summary>Seed of the variants: runs with other seeds share the tokens.</summary>
    public long Seed { get; set; } = 1;

    /// <summary>Candidates that the codec's search keeps per frame; 1 is greedy.</summary>
    public int SearchWidth { get; set; } = 1;

    /// <summary>Times that each file is encoded: first as it is, then changed at random by the settings below.</summary>
    public int Variants { get; set; } = 4;

    /// <summary>Times by label or kind, where they differ from <see cref="Variants"/>; found as in <see cref="Weights"/>.</summary>
    public Dictionary<string, int> VariantsOf { get; set; } = [];

    /// <summary>Times that each file with a caption is encoded with another one mixed in.</summary>
    public int Mixtures { get; set; }

    /// <summary>Share of the drawn variants that are mixtures, where a file has any.</summary>
    public double MixtureShare { get; set; } = 0.2;

    /// <summary>Lowest level of a mixture's first sound above its second, whole dB.</summary>
    public int MixtureSnrMinDb { get; set; } = -5;

    /// <summary>Highest level of a mixture's first sound above its second, whole dB.</summary>
    public int MixtureSnrMaxDb { get; set; } = 5;

    /// <summary>Lowest random gain of a variant, dB.</summary>
    public double GainMinDb { get; set; } = -6;

    /// <summary>Highest random gain of a variant, dB. A variant that would clip is scaled to its peak.</summary>
    public double GainMaxDb { get; set; } = 3;

    /// <summary>Largest random change of a variant's pitch and speed either way, semitones.</summary>
    public double PitchSemitones { get; set; } = 0.5;

    /// <summary>Largest random rise of a variant's treble against its bass either way, dB.</summary>
    public double TiltDb { get; set; } = 4;

    /// <summary>Files shorter than this are followed by silence, seconds, so that the end of a sound is learnt too.</summary>
    public double MinSeconds { get; set; }

    /// <summary>A crop holds at least this share of the most sounding frames that any crop of its file holds; 0 takes every place alike.</summary>
    public double EventShare { get; set; } = 0.7;

    /// <summary>Frames so far below the loudest one of their file do not sound, dB.</summary>
    public double EventRangeDb { get; set; } = 30;

    /// <summary>How captions are changed.</summary>
    public CaptionSettings Captions { get; set; } = new();

    /// <summary>The same settings with other weights of labels and kinds.</summary>
    internal GeneratorDataSettings With(Dictionary<string, StepValue> weights)
    {
        var copy = (GeneratorDataSettings)MemberwiseClone();
        copy.Weights = weights;
        return copy;
    }

    /// <summary>Checks every value that does not depend on the codec.</summary>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    internal void Validate()
    {
        Setting.Require(BatchSize is >= 1 and <= 4096, "data.batch_size", $"is {BatchSize}; allowed is 1 to 4096");
        Setting.Require(CropSeconds is > 0 and <= 600, "data.crop_seconds", $"is {CropSeconds}; allowed is above 0 to 600");
        Setting.Require(TextDrop is >= 0 and <= 1, "data.text_drop", "must be from 0 to 1");
        Setting.Require(Weights.Values.All(w => w.IsWeight), "data.weights", "must be weights of at least 0, or such weights by step");
        Setting.Require(SearchWidth is >= 1 and <= 64, "data.search_width", $"is {SearchWidth}; allowed is 1 to 64");
        Setting.Require(Variants is >= 1 and <= 999, "data.variants", $"is {Variants}; allowed is 1 to 999");
        Setting.Require(VariantsOf.Values.All(v => v is >= 0 and <= 999), "data.variants_of", "allowed is 0 to 999");
        Setting.Require(Mixtures is >= 0 and <= 999, "data.mixtures", $"is {Mixtures}; allowed is 0 to 999");
        Setting.Require(MixtureShare is >= 0 and <= 1, "data.mixture_share", "must be from 0 to 1");
        Setting.Require(MixtureSnrMinDb <= MixtureSnrMaxDb, "data.mixture_snr_min_db", "is above data.mixture_snr_max_db");
        Setting.Require(GainMinDb <= GainMaxDb, "data.gain_min_db", "is above data.gain_max_db");
        Setting.Require(PitchSemitones is >= 0 and <= 12, "data.pitch_semitones", "must be from 0 to 12");
        Setting.Require(TiltDb is >= 0 and <= 40, "data.tilt_db", "must be from 0 to 40");
        Setting.Require(MinSeconds is >= 0 and <= 600, "data.min_seconds", $"is {MinSeconds}; allowed is 0 to 600");
        Setting.Require(EventShare is >= 0 and <= 1, "data.event_share", "must be from 0 to 1");
        Setting.Require(EventRangeDb > 0, "data.event_range_db", "must be above 0");
        Captions.Validate();
    }
}
