namespace AudioCodec.Audio;

/// <summary>Result of copying audio.</summary>
/// <param name="LengthSamples">Samples per channel written.</param>
/// <param name="Peak">Largest magnitude before gain and clipping.</param>
/// <param name="Gain">Factor that the samples were multiplied by.</param>
/// <param name="ClippedValues">Samples that were clipped.</param>
/// <param name="Warnings">Irregularities of the source, in sentences for the user.</param>
public sealed record AudioTransferResult(
    long LengthSamples, float Peak, float Gain, long ClippedValues, IReadOnlyList<string> Warnings);
