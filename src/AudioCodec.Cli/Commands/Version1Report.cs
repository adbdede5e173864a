using System.Text.Json.Nodes;
using AudioCodec.Bitstream;
using AudioCodec.Cli.Options;

namespace AudioCodec.Cli.Commands;

/// <summary>What <c>info</c> says about a version-1 file.</summary>
internal static class Version1Report
{
    /// <summary>Adds header, tags, index and bits per codebook, and counts the codes where they are bit-packed.</summary>
    /// <exception cref="BitstreamException">The file is damaged.</exception>
    public static void Describe(JsonObject report, EcdcV1Reader reader, long fileBytes, CancellationToken cancellationToken)
    {
        EcdcV1Header header = reader.Header;
        bool coded = !header.CoderFingerprint.IsEmpty;
        report["model"] = header.Geometry.Model;
        report["model_fingerprint"] = Convert.ToHexStringLower(header.CodecFingerprint.Span);
        report["length_samples"] = reader.LengthSamples;
        report["codebooks"] = header.Codebooks;
        report["language_model"] = coded;
        report["file_bytes"] = fileBytes;
        StreamReport.AddGeometry(report, header.Geometry, reader.LengthSamples, header.Codebooks, fileBytes);
        report["original_sample_rate_hz"] = header.OriginalSampleRateHz == 0 ? null : header.OriginalSampleRateHz;
        report["original_channels"] = header.OriginalChannels == 0 ? null : header.OriginalChannels;
        report["original_length_samples"] = reader.OriginalLengthSamples < 0 ? null : reader.OriginalLengthSamples;
        report["chunks"] = reader.Chunks.Count;
        report["joined_parts"] = reader.Stretches.Count;
        report["saved_share"] = ReportOptions.Number(reader.SavedShare, 4);
        report["tags"] = new JsonObject(reader.Tags.Entries.Select(tag => KeyValuePair.Create(tag.Key, (JsonNode?)JsonValue.Create(tag.Value))));
        report["bits_per_code"] = new JsonArray(
            [.. reader.CodebookBits.Select(bits => ReportOptions.Number((double)bits / Math.Max(1, reader.Frames)))]);
        report["index"] = new JsonArray([.. reader.Chunks.Select(chunk => new JsonObject
        {
            ["offset"] = chunk.Offset,
            ["bytes"] = chunk.RecordBytes,
            ["frames"] = chunk.Frames,
        })]);
        if (coded)
        {
            report["note"] = "The codes are entropy-coded with a language model and are not counted.";
            return;
        }

        report["codebook_use"] = StreamReport.CountCodes(
            Enumerable.Range(0, reader.Stretches.Count).Select(reader.OpenStretch), header.Geometry, header.Codebooks, cancellationToken);
    }
}
