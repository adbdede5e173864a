using System.Text.Json.Nodes;
using AudioCodec.Bitstream;
using AudioCodec.Cli.Options;
using AudioCodec.Metrics;

namespace AudioCodec.Cli.Commands;

/// <summary>The numbers that <c>info</c> gives about a stream.</summary>
internal static class StreamReport
{
    /// <summary>Adds what follows from the model's layout.</summary>
    public static void AddGeometry(JsonObject report, EcdcGeometry geometry, long lengthSamples, int codebooks, long fileBytes)
    {
        double seconds = (double)lengthSamples / geometry.SampleRateHz;
        report["sample_rate_hz"] = geometry.SampleRateHz;
        report["channels"] = geometry.Channels;
        report["frame_rate_hz"] = geometry.FrameRateHz;
        report["segments"] = geometry.SegmentCount(lengthSamples);
        report["duration_seconds"] = ReportOptions.Number(seconds, 6);
        report["nominal_bitrate_bps"] = codebooks * geometry.BitsPerCode * geometry.FrameRateHz;
        report["bitrate_bps"] = lengthSamples == 0 ? null : ReportOptions.Number(fileBytes * 8 / seconds, 1);
    }

    /// <summary>Reads a stream to its end and counts its codes.</summary>
    /// <param name="reader">The codes.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <exception cref="BitstreamException">The stream is damaged.</exception>
    public static JsonArray CountCodes(IEcdcReader reader, CancellationToken cancellationToken)
    {
        int size = 1 << reader.Geometry.BitsPerCode;
        var usage = new CodebookUsage(reader.Codebooks, size);
        var seen = new bool[reader.Codebooks * size];
        var codes = new ushort[1024 * reader.Codebooks];
        while (reader.TryNextSegment(out _))
        {
            for (int frames = reader.ReadFrames(codes); frames > 0; frames = reader.ReadFrames(codes))
            {
                cancellationToken.ThrowIfCancellationRequested();
                ReadOnlySpan<ushort> read = codes.AsSpan(0, frames * reader.Codebooks);
                usage.Add(read, reader.Codebooks);
                for (int i = 0; i < read.Length; i++)
                {
                    seen[(i % reader.Codebooks * size) + read[i]] = true;
                }
            }
        }

        double[] perplexities = usage.Perplexities();
        return [.. Enumerable.Range(0, reader.Codebooks).Select(codebook => new JsonObject
        {
            ["distinct_codes"] = seen.AsSpan(codebook * size, size).Count(true),
            ["perplexity"] = ReportOptions.Number(perplexities[codebook], 1),
        })];
    }

    /// <summary>Writes a report for a person.</summary>
    public static void WriteText(TextWriter output, JsonObject report)
    {
        output.WriteLine(report["input"]);
        foreach ((string key, JsonNode? value) in report)
        {
            if (key is "input" or "codebook_use")
            {
                continue;
            }

            output.WriteLine($"  {key.Replace('_', ' '),-22}{value?.ToString() ?? "-"}");
        }

        if (report["codebook_use"] is JsonArray use)
        {
            output.WriteLine("  codebook   distinct codes   perplexity");
            for (int codebook = 0; codebook < use.Count; codebook++)
            {
                output.WriteLine($"  {codebook,8}   {use[codebook]!["distinct_codes"],14}   {use[codebook]!["perplexity"]?.ToString() ?? "-",10}");
            }
        }
    }
}
