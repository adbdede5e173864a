using System.Globalization;
using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Cli.Reports;

/// <summary>Sizes, and distances to the original, of a recording that was compressed and decompressed.</summary>
/// <param name="Input">Path of the audio, or <c>-</c>.</param>
/// <param name="Output">Path of the decoded audio, or <see langword="null"/> where it was not written.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="ModelStatus">How far its training is.</param>
/// <param name="BandwidthKbps">The chosen bandwidth, kbit/s.</param>
/// <param name="DurationSeconds">Playing time.</param>
/// <param name="SampleRateHz">The model's rate, at which distances are measured.</param>
/// <param name="Channels">The model's channels.</param>
/// <param name="InputBytes">Size of the input, where it is a file.</param>
/// <param name="Pcm16Bytes">Size as 16-bit samples of the model's rate.</param>
/// <param name="CompressedBytes">Size of the compressed file.</param>
/// <param name="Ratio"><paramref name="Pcm16Bytes"/> divided by <paramref name="CompressedBytes"/>.</param>
/// <param name="BitrateKbps">Bit rate of the compressed file, kbit/s.</param>
/// <param name="SiSdrDb">SI-SDR, dB; higher is better.</param>
/// <param name="MelDistance">Distance of the mel spectrograms; lower is better.</param>
/// <param name="StftDistance">Distance of the spectrograms at several resolutions; lower is better.</param>
internal sealed record RoundTripReport(
    string Input,
    string? Output,
    string Model,
    CheckpointStatus ModelStatus,
    double BandwidthKbps,
    double DurationSeconds,
    int SampleRateHz,
    int Channels,
    long? InputBytes,
    long Pcm16Bytes,
    long CompressedBytes,
    double? Ratio,
    double BitrateKbps,
    double? SiSdrDb,
    double? MelDistance,
    double? StftDistance)
{
    /// <summary>Writes the report for a person.</summary>
    public void WriteText(TextWriter output)
    {
        string status = ModelStatus == CheckpointStatus.Preview ? " (preview)" : string.Empty;
        output.WriteLine($"model            {Messages.Plain(Model)}{status} at {BandwidthKbps} kbit/s, {SampleRateHz} Hz, {Messages.Count(Channels, "channel")}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"duration         {DurationSeconds:0.######} s"));
        if (InputBytes is long bytes)
        {
            output.WriteLine($"input            {bytes} bytes");
        }

        output.WriteLine($"as 16-bit PCM    {Pcm16Bytes} bytes");
        output.WriteLine($"compressed       {CompressedBytes} bytes, {Ratio} times smaller than 16-bit PCM at the model's rate");
        output.WriteLine($"bit rate         {BitrateKbps} kbit/s");
        output.WriteLine($"SI-SDR           {Text(SiSdrDb, " dB")} (higher is better)");
        output.WriteLine($"mel distance     {Text(MelDistance)} (lower is better)");
        output.WriteLine($"STFT distance    {Text(StftDistance)} (lower is better)");
        if (Output is not null)
        {
            output.WriteLine($"decoded audio    {Messages.Plain(Output)}");
        }
    }

    private static string Text(double? number, string unit = "") => number is double value ? $"{value}{unit}" : "not defined for this signal";
}
