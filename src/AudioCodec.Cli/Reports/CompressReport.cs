using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Cli.Reports;

/// <summary>What came of compressing one file.</summary>
/// <param name="Input">Path of the audio, or <c>-</c>.</param>
/// <param name="Output">Path of the compressed file, or <c>-</c>.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="ModelStatus">How far its training is.</param>
/// <param name="Version">Version of the format: 0 or 1.</param>
/// <param name="LanguageModel">Whether codes are entropy-coded.</param>
/// <param name="BandwidthKbps">The chosen bandwidth, kbit/s.</param>
/// <param name="Codebooks">Codes per frame, K.</param>
/// <param name="LengthSamples">Samples per channel at the model's rate.</param>
/// <param name="SampleRateHz">The model's rate.</param>
/// <param name="DurationSeconds">Playing time.</param>
/// <param name="Frames">Frames in all segments.</param>
/// <param name="CompressedBytes">Bytes written.</param>
/// <param name="BitrateKbps">Bit rate of the whole file, kbit/s.</param>
/// <param name="Warnings">What was odd about the audio.</param>
internal sealed record CompressReport(
    string Input,
    string Output,
    string Model,
    CheckpointStatus ModelStatus,
    int Version,
    bool LanguageModel,
    double BandwidthKbps,
    int Codebooks,
    long LengthSamples,
    int SampleRateHz,
    double DurationSeconds,
    long Frames,
    long CompressedBytes,
    double BitrateKbps,
    IReadOnlyList<string> Warnings)
{
    /// <summary>The report of one file.</summary>
    public static CompressReport Of(string input, string output, CodecInfo codec, CompressionResult result) => new(
        input,
        output,
        codec.Name,
        codec.Status,
        result.FormatVersion,
        result.IsEntropyCoded,
        result.BandwidthKbps,
        result.Codebooks,
        result.LengthSamples,
        result.SampleRateHz,
        Math.Round(result.Duration.TotalSeconds, 6),
        result.Frames,
        result.CompressedBytes,
        Math.Round(result.BitrateKbps, 3),
        result.Warnings);

    /// <summary>The report in a line.</summary>
    public string ToText() => $"{Output}: {DurationSeconds:0.00} s, {CompressedBytes} bytes, {BitrateKbps:0.00} kbit/s ({Model})";
}
