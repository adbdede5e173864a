namespace AudioCodec.Training.Configuration;

/// <summary>The <c>run</c> section of a sound classifier's recipe.</summary>
public sealed class ClassifierRunSettings : RunPace
{
    /// <summary>Bandwidth of the codec through which recordings are classified in a validation, kbit/s.</summary>
    public double ValidBandwidth { get; set; } = 3;
}
