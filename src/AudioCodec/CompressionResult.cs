namespace AudioCodec;

/// <summary>Result of a compression.</summary>
/// <param name="LengthSamples">Samples per channel at the model's rate.</param>
/// <param name="SampleRateHz">The model's rate.</param>
/// <param name="Frames">Frames in all segments.</param>
/// <param name="Codebooks">Codes per frame, K.</param>
/// <param name="BandwidthKbps">The bandwidth that was chosen, kbit/s.</param>
/// <param name="FormatVersion">Version of the format: 0 or 1.</param>
/// <param name="IsEntropyCoded">Whether an entropy model coded the chunks.</param>
/// <param name="CompressedBytes">Bytes written.</param>
/// <param name="Warnings">Irregularities of the audio, and what its conversion lost, in sentences for the user.</param>
public sealed record CompressionResult(
    long LengthSamples,
    int SampleRateHz,
    long Frames,
    int Codebooks,
    double BandwidthKbps,
    int FormatVersion,
    bool IsEntropyCoded,
    long CompressedBytes,
    IReadOnlyList<string> Warnings)
{
    /// <summary>Playing time.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds((double)LengthSamples / SampleRateHz);

    /// <summary>Bit rate of the whole file, header included, kbit/s; 0 for empty audio.</summary>
    public double BitrateKbps => LengthSamples == 0 ? 0 : CompressedBytes * 8.0 * SampleRateHz / LengthSamples / 1000;
}
