namespace AudioCodec.Training.Configuration;

/// <summary>The <c>run</c> section of a language model's recipe.</summary>
public sealed class LmRunSettings : RunPace
{
    /// <summary>Bandwidth whose bits are reported for each kind and codebook, kbit/s.</summary>
    public double ValidBandwidth { get; set; } = 6;
}
