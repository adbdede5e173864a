namespace AudioCodec.Training.Configuration;

/// <summary>The <c>run</c> section of a codec's recipe.</summary>
public sealed class CodecRunSettings : RunPace
{
    /// <summary>Bandwidth of a validation, kbit/s.</summary>
    public double ValidBandwidth { get; set; } = 6;

    /// <summary>Audio samples written per validation.</summary>
    public int ValidSamples { get; set; } = 3;
}
