using System.Text.Json.Nodes;
using AudioCodec.Audio;
using AudioCodec.Cli.Batch;
using AudioCodec.Cli.Models;
using AudioCodec.Cli.Options;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Compression;
using AudioCodec.Metrics;

namespace AudioCodec.Cli.Commands;

/// <summary>The numbers that <c>roundtrip</c> gives.</summary>
internal static class RoundTripReport
{
    /// <summary>Computes the report.</summary>
    /// <param name="job">What was processed.</param>
    /// <param name="inputBytes">Size of the input file, where it is one.</param>
    /// <param name="model">The model.</param>
    /// <param name="bandwidthKbps">Its bandwidth.</param>
    /// <param name="result">What compression gave.</param>
    /// <param name="original">The input at the model's rate and channels.</param>
    /// <param name="decoded">What came back.</param>
    public static JsonObject Create(
        FileJob job,
        long? inputBytes,
        ProvidedModel model,
        double bandwidthKbps,
        CompressionResult result,
        AudioBuffer original,
        AudioBuffer decoded)
    {
        EncodecConfig config = model.Config;
        long pcmBytes = result.LengthSamples * config.Channels * 2;
        return new JsonObject
        {
            ["input"] = job.Input,
            ["output"] = job.Output.Length > 0 ? job.Output : null,
            ["model"] = config.Name,
            ["model_status"] = ModelStatus.Word(model.Status),
            ["bandwidth_kbps"] = bandwidthKbps,
            ["duration_seconds"] = ReportOptions.Number(result.DurationSeconds, 6),
            ["sample_rate_hz"] = config.SampleRateHz,
            ["channels"] = config.Channels,
            ["input_bytes"] = inputBytes,
            ["pcm16_bytes"] = pcmBytes,
            ["compressed_bytes"] = result.CompressedBytes,
            ["ratio"] = ReportOptions.Number((double)pcmBytes / result.CompressedBytes),
            ["bitrate_bps"] = ReportOptions.Number(result.BitrateBps, 1),
            ["si_sdr_db"] = ReportOptions.Number(SiSdr.ComputeDb(original, decoded)),
            ["mel_distance"] = ReportOptions.Number(new MelDistance(config.SampleRateHz).Compute(original, decoded), 4),
            ["stft_distance"] = ReportOptions.Number(MultiResolutionStftDistance.Compute(original, decoded), 4),
        };
    }

    /// <summary>Writes the report for a person.</summary>
    public static void WriteText(TextWriter output, JsonObject report)
    {
        output.WriteLine($"model            {ModelStatus.Describe((string?)report["model"], (string?)report["model_status"])} at {report["bandwidth_kbps"]} kbit/s, {report["sample_rate_hz"]} Hz, {report["channels"]} channel(s)");
        output.WriteLine($"duration         {report["duration_seconds"]} s");
        if (report["input_bytes"] is JsonNode inputBytes)
        {
            output.WriteLine($"input            {inputBytes} bytes");
        }

        output.WriteLine($"as 16-bit PCM    {report["pcm16_bytes"]} bytes");
        output.WriteLine($"compressed       {report["compressed_bytes"]} bytes, {report["ratio"]} times smaller than 16-bit PCM at the model's rate");
        output.WriteLine($"bit rate         {report["bitrate_bps"]} bit/s");
        output.WriteLine($"SI-SDR           {Text(report["si_sdr_db"])} dB (higher is better)");
        output.WriteLine($"mel distance     {Text(report["mel_distance"])} (lower is better)");
        output.WriteLine($"STFT distance    {Text(report["stft_distance"])} (lower is better)");
        if (report["output"] is JsonNode path)
        {
            output.WriteLine($"decoded audio    {path}");
        }
    }

    private static string Text(JsonNode? number) => number?.ToString() ?? "not defined for this signal";
}
