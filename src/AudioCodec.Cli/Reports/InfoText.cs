using System.Globalization;
using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Cli.Reports;

/// <summary>Writes what <c>info</c> found for a person.</summary>
internal static class InfoText
{
    private const int ChunksShown = 10;

    /// <summary>Writes the report of one file.</summary>
    public static void Write(TextWriter output, InfoReport report)
    {
        output.WriteLine(Messages.Plain(report.Input));
        Line(output, "version", report.Version);
        Line(output, "model", report.Model);
        Line(output, "model status", report.ModelStatus is CheckpointStatus status ? ModelReport.Text(status) : null);
        Line(output, "model fingerprint", report.ModelFingerprint);
        Line(output, "decoder fingerprint", report.DecoderFingerprint);
        Line(output, "duration", report.DurationSeconds, " s", "0.######");
        Line(output, "length", report.LengthSamples, " samples");
        Line(output, "sample rate", report.SampleRateHz, " Hz");
        Line(output, "channels", report.Channels);
        Line(output, "frame rate", report.FrameRateHz, " Hz");
        Line(output, "segments", report.Segments);
        Line(output, "codebooks", report.Codebooks);
        Line(output, "language model", report.LanguageModel ? "yes" : "no");
        Line(output, "file", report.FileBytes, " bytes");
        Line(output, "bandwidth", report.BandwidthKbps, " kbit/s");
        Line(output, "bit rate", report.BitrateKbps, " kbit/s");
        Line(output, "saved by language model", report.LanguageModel ? report.SavedShare * 100 : null, " %", "0.#");
        Line(output, "original sample rate", report.OriginalSampleRateHz, " Hz");
        Line(output, "original channels", report.OriginalChannels);
        Line(output, "original length", report.OriginalLengthSamples, " samples");
        Line(output, "chunks", report.Chunks);
        Line(output, "joined parts", report.JoinedParts);
        Line(output, "tags", string.Join(", ", report.Tags?.Select(tag => $"{tag.Key}={tag.Value}") ?? []));
        Line(output, "bits per code", string.Join("  ", report.BitsPerCode?.Select(bits => bits.ToString(CultureInfo.InvariantCulture)) ?? []));
        foreach (string damage in report.Damage ?? [])
        {
            Line(output, "damage", damage);
        }

        Line(output, "note", report.Note);
        WriteIndex(output, report);
        WriteCodebooks(output, report.CodebookUse ?? []);
    }

    private static void Line<T>(TextWriter output, string label, T? value, string unit = "", string? format = null)
    {
        string? text = value is IFormattable number ? number.ToString(format, CultureInfo.InvariantCulture) : value?.ToString();
        if (!string.IsNullOrEmpty(text))
        {
            output.WriteLine($"  {label,-24}{Messages.Plain(text)}{unit}");
        }
    }

    /// <summary>Where the first chunks lie; a long file has thousands, which <c>--json</c> lists.</summary>
    private static void WriteIndex(TextWriter output, InfoReport report)
    {
        if (report is not { Index: { Count: > 0 } index, FrameRateHz: int frameRateHz })
        {
            return;
        }

        output.WriteLine("     chunk      start        offset      bytes   frames");
        long frames = 0;
        for (int chunk = 0; chunk < Math.Min(index.Count, ChunksShown); chunk++)
        {
            string start = ((double)frames / frameRateHz).ToString("F2", CultureInfo.InvariantCulture);
            output.WriteLine($"  {chunk,8}   {start,6} s   {index[chunk].Offset,11}   {index[chunk].Bytes,8}   {index[chunk].Frames,6}");
            frames += index[chunk].Frames;
        }

        if (index.Count > ChunksShown)
        {
            output.WriteLine($"  and {index.Count - ChunksShown} more, which --json lists");
        }
    }

    private static void WriteCodebooks(TextWriter output, IReadOnlyList<CodebookReport> codebooks)
    {
        if (codebooks.Count > 0)
        {
            output.WriteLine("  codebook   distinct codes   perplexity");
        }

        for (int codebook = 0; codebook < codebooks.Count; codebook++)
        {
            output.WriteLine($"  {codebook,8}   {codebooks[codebook].DistinctCodes,14}   {codebooks[codebook].Perplexity?.ToString(CultureInfo.InvariantCulture) ?? "-",10}");
        }
    }
}
