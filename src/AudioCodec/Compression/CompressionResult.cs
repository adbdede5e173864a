namespace AudioCodec.Compression;

/// <summary>What came of compressing one piece of audio.</summary>
/// <param name="LengthSamples">Samples per channel at the model's rate.</param>
/// <param name="SampleRateHz">The model's rate.</param>
/// <param name="Frames">Frames in all segments.</param>
/// <param name="Codebooks">Codes per frame, K.</param>
/// <param name="CompressedBytes">Bytes written.</param>
/// <param name="Warnings">What was odd about the audio, or lost on conversion, in sentences for the user.</param>
public sealed record CompressionResult(
    long LengthSamples, int SampleRateHz, long Frames, int Codebooks, long CompressedBytes, IReadOnlyList<string> Warnings)
{
    /// <summary>Duration, seconds.</summary>
    public double DurationSeconds => (double)LengthSamples / SampleRateHz;

    /// <summary>Bit rate of the whole file, header included, bit/s; 0 for empty audio.</summary>
    public double BitrateBps => LengthSamples == 0 ? 0 : CompressedBytes * 8 / DurationSeconds;
}
