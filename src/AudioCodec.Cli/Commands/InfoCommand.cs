using System.CommandLine;
using System.Text.Json.Nodes;
using AudioCodec.Bitstream;
using AudioCodec.Cli.Batch;
using AudioCodec.Cli.Models;
using AudioCodec.Cli.Options;
using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec info</c>: what an <c>.ecdc</c> file says about itself, and how its codes are used.</summary>
internal static class InfoCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create() => InspectionCommand
        .Create("info", "Show header, duration, bit rate and codebook use of .ecdc files.", Describe, WriteText)
        .WithExamples(
            ("audiocodec info speech.ecdc", "header, duration, bit rate, codes in use"),
            ("audiocodec info folder/ --json", "the same of many files, as JSON"));

    private static void WriteText(CliSession session, BatchResult result)
    {
        foreach (JsonObject report in result.Reports)
        {
            StreamReport.WriteText(session.Output, report);
        }
    }

    private static JsonObject Describe(InspectedStream stream)
    {
        var report = new JsonObject { ["input"] = stream.Input, ["version"] = (int)stream.Version };
        if (stream.Version == 0)
        {
            DescribeVersion0(report, stream.Bytes, stream.Request, stream.CancellationToken);
        }
        else
        {
            using EcdcV1Reader reader = EcdcV1Reader.Open(stream.Bytes, leaveOpen: true);
            Version1Report.Describe(report, reader, stream.Bytes.Length, stream.CancellationToken);
        }

        if (ModelStatus.OfStream((string?)report["model"] ?? string.Empty, stream.Request) is CheckpointStatus status)
        {
            report.Insert(report.IndexOf("model") + 1, "model_status", ModelStatus.Word(status));
        }

        return report;
    }

    private static void DescribeVersion0(JsonObject report, FileStream stream, ModelRequest request, CancellationToken cancellationToken)
    {
        EcdcV0Header header = EcdcV0Header.Read(stream);
        report["model"] = header.Model;
        report["length_samples"] = header.LengthSamples;
        report["codebooks"] = header.Codebooks;
        report["language_model"] = header.UsesLanguageModel;
        report["file_bytes"] = stream.Length;
        EcdcGeometry? geometry = StreamGeometry.Find(header.Model, request);
        if (geometry is null)
        {
            report["note"] = $"Model '{header.Model}' is not known here; name its checkpoint to see duration, bit rate and codes.";
            return;
        }

        StreamReport.AddGeometry(report, geometry, header.LengthSamples, header.Codebooks, stream.Length);
        if (header.UsesLanguageModel)
        {
            report["note"] = "The codes are entropy-coded with a language model and are not counted.";
            return;
        }

        stream.Position = 0;
        using EcdcV0Reader reader = EcdcV0Reader.Open(stream, _ => geometry, leaveOpen: true);
        report["codebook_use"] = StreamReport.CountCodes([reader], reader.Geometry, reader.Codebooks, cancellationToken);
    }
}
