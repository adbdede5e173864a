using System.Globalization;
using System.Text.Json.Nodes;
using AudioCodec.Bitstream;
using AudioCodec.Cli.Options;
using AudioCodec.Metrics;

namespace AudioCodec.Cli.Commands;

/// <summary>The numbers that <c>info</c> gives about a stream.</summary>
internal static class StreamReport
{
    private const int ChunksShown = 10;

    private static readonly (string Ending, string Unit)[] s_units =
        [("_hz", " Hz"), ("_seconds", " s"), ("_bps", " bit/s"), ("_bytes", " bytes"), ("_samples", " samples")];

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
    /// <param name="readers">The codes.</param>
    /// <param name="geometry">The model's layout.</param>
    /// <param name="codebooks">Codes per frame K.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <exception cref="BitstreamException">The stream is damaged.</exception>
    public static JsonArray CountCodes(
        IEnumerable<IEcdcReader> readers, EcdcGeometry geometry, int codebooks, CancellationToken cancellationToken)
    {
        int size = 1 << geometry.BitsPerCode;
        var usage = new CodebookUsage(codebooks, size);
        var seen = new bool[codebooks * size];
        var codes = new ushort[1024 * codebooks];
        foreach (IEcdcReader reader in readers)
        {
            while (reader.TryNextSegment(out _))
            {
                for (int frames = reader.ReadFrames(codes); frames > 0; frames = reader.ReadFrames(codes))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    ReadOnlySpan<ushort> read = codes.AsSpan(0, frames * codebooks);
                    usage.Add(read, codebooks);
                    for (int i = 0; i < read.Length; i++)
                    {
                        seen[(i % codebooks * size) + read[i]] = true;
                    }
                }
            }
        }

        double[] perplexities = usage.Perplexities();
        return [.. Enumerable.Range(0, codebooks).Select(codebook => new JsonObject
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
            if (key != "input" && Text(key, value) is { Length: > 0 } text)
            {
                (string label, string unit) = Label(key);
                output.WriteLine($"  {label,-24}{text}{unit}");
            }
        }

        if (report["index"] is JsonArray { Count: > 0 } index)
        {
            WriteIndex(output, index, (int)report["frame_rate_hz"]!);
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

    /// <summary>Where the first chunks lie; a long file has thousands, which <c>--json</c> lists.</summary>
    private static void WriteIndex(TextWriter output, JsonArray index, int frameRateHz)
    {
        output.WriteLine("     chunk      start        offset      bytes   frames");
        long frames = 0;
        for (int chunk = 0; chunk < Math.Min(index.Count, ChunksShown); chunk++)
        {
            JsonNode entry = index[chunk]!; // The report holds objects only.
            string start = ((double)frames / frameRateHz).ToString("F2", CultureInfo.InvariantCulture);
            output.WriteLine($"  {chunk,8}   {start,6} s   {entry["offset"],11}   {entry["bytes"],8}   {entry["frames"],6}");
            frames += (int)entry["frames"]!;
        }

        if (index.Count > ChunksShown)
        {
            output.WriteLine($"  and {index.Count - ChunksShown} more, which --json lists");
        }
    }

    /// <summary>A value in one line, or nothing where it has none or needs more.</summary>
    private static string? Text(string key, JsonNode? value) => value switch
    {
        JsonArray list when key == "bits_per_code" => string.Join("  ", list.Select(bits => bits?.ToString() ?? "-")),
        JsonArray => null,
        JsonObject tags => string.Join(", ", tags.Select(tag => $"{tag.Key}={tag.Value}")),
        JsonValue flag when flag.TryGetValue(out bool set) => set ? "yes" : "no",
        JsonValue share when key == "saved_share" => $"{share.GetValue<double>() * 100:0.#} %",
        _ => value?.ToString(),
    };

    /// <summary>A key of the report as words, and the unit that it ends in.</summary>
    private static (string Label, string Unit) Label(string key)
    {
        foreach ((string ending, string unit) in s_units)
        {
            if (key.EndsWith(ending, StringComparison.Ordinal))
            {
                return (key[..^ending.Length].Replace('_', ' '), unit);
            }
        }

        return (key.Replace('_', ' '), string.Empty);
    }
}
