namespace AudioCodec;

/// <summary>What came of decompressing a file.</summary>
/// <param name="LengthSamples">Samples per channel written.</param>
/// <param name="SampleRateHz">Their rate.</param>
/// <param name="Channels">Channels.</param>
/// <param name="Peak">Largest magnitude before clipping.</param>
/// <param name="ClippedValues">Samples that were clipped.</param>
/// <param name="Warnings">Irregularities of the file, in sentences for the user.</param>
public sealed record DecompressionResult(
    long LengthSamples, int SampleRateHz, int Channels, float Peak, long ClippedValues, IReadOnlyList<string> Warnings)
{
    /// <summary>How long the audio is.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds((double)LengthSamples / SampleRateHz);
}
