using System.CommandLine;
using AudioCodec.Cli.Help;
using AudioCodec.Cli.Reports;
using AudioCodec.Cli.Session;
using AudioCodec.Metrics;

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

    private static void WriteText(CliSession session, BatchReport<InfoReport> result)
    {
        foreach (InfoReport report in result.Files)
        {
            InfoText.Write(session.Output, report);
        }
    }

    private static InfoReport Describe(InspectedFile inspected)
    {
        EcdcHeaderInfo header = EcdcHeaderInfo.Read(inspected.Bytes);
        inspected.Bytes.Position = 0;
        CodecInfo? codec = inspected.Codecs.FindInfoOfStream(header.Model, inspected.Model);
        if (header.FormatVersion == 0 && codec is null)
        {
            return InfoReport.OfUnknownModel(inspected.Input, header, inspected.Bytes.Length);
        }

        using EcdcFile file = inspected.Open(concealDamage: true);
        if (header.FormatVersion == 1)
        {
            _ = file.Verify(inspected.CancellationToken); // Finds the damage that is told.
        }

        CodebookUsage? usage = file.Info.IsEntropyCoded ? null : file.CountCodes(inspected.CancellationToken);
        return InfoReport.Of(inspected.Input, file, codec?.Status, usage);
    }
}
