namespace AudioCodec.Training.Configuration;

/// <summary>The <c>run</c> section of a generator's recipe.</summary>
public sealed class GeneratorRunSettings : RunPace
{
    /// <summary>Validations without a better model after which the run ends; 0 for never.</summary>
    public int Patience { get; set; }

    /// <summary>Steps between samples, which the model that is best so far makes after a validation; 0 for never.</summary>
    public int SampleEvery { get; set; }

    /// <summary>Texts of the samples.</summary>
    public List<string> SamplePrompts { get; set; } = [];
}
