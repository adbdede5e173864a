namespace AudioCodec.Cli.Reports;

/// <summary>What came of decompressing one file.</summary>
/// <param name="Input">Path of the compressed file, or <c>-</c>.</param>
/// <param name="Output">Path of the audio, or <c>-</c>.</param>
/// <param name="LengthSamples">Samples per channel written.</param>
/// <param name="SampleRateHz">Rate of the output.</param>
/// <param name="Channels">Channels of the output.</param>
/// <param name="DurationSeconds">Playing time.</param>
/// <param name="Peak">Largest magnitude before gain and clipping.</param>
/// <param name="Gain">Factor that the samples were multiplied by.</param>
/// <param name="ClippedSamples">Samples that were clipped.</param>
/// <param name="Warnings">What was odd about the file.</param>
internal sealed record DecompressReport(
    string Input,
    string Output,
    long LengthSamples,
    int SampleRateHz,
    int Channels,
    double DurationSeconds,
    double? Peak,
    double? Gain,
    long ClippedSamples,
    IReadOnlyList<string> Warnings)
{
    /// <summary>The report in a line.</summary>
    public string ToText() => $"{Output}: {DurationSeconds:0.00} s at {SampleRateHz} Hz, {Messages.Count(Channels, "channel")}";
}
