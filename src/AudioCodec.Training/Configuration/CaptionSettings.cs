namespace AudioCodec.Training.Configuration;

/// <summary>How a generator's captions are changed before they are learnt (AudioGen, arXiv 2209.15352, section 4.1).</summary>
public sealed class CaptionSettings
{
    /// <summary>Probability that a file's labels stand for its caption.</summary>
    public double LabelProbability { get; set; } = 0.1;

    /// <summary>Probability that a caption is changed as set below; the rest is learnt as written, so that prompts need no processing.</summary>
    public double ProcessProbability { get; set; }

    /// <summary>Leaves out numbers, in digits or words.</summary>
    public bool DropNumbers { get; set; } = true;

    /// <summary>Leaves out stop words, such as articles and prepositions.</summary>
    public bool DropStopWords { get; set; } = true;

    /// <summary>Replaces words by their base forms.</summary>
    public bool Lemmatize { get; set; } = true;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    internal void Validate()
    {
        Setting.Require(LabelProbability is >= 0 and <= 1, "data.captions.label_probability", "must be from 0 to 1");
        Setting.Require(ProcessProbability is >= 0 and <= 1, "data.captions.process_probability", "must be from 0 to 1");
    }
}
