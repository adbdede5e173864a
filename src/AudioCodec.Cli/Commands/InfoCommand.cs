using System.CommandLine;
using System.Text.Json.Nodes;
using AudioCodec.Bitstream;
using AudioCodec.Cli.Batch;
using AudioCodec.Cli.Models;
using AudioCodec.Cli.Options;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec info</c>: what an <c>.ecdc</c> file says about itself, and how its codes are used.</summary>
internal static class InfoCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var batch = new BatchOptions(".ecdc files, folders of them, or - for standard input.");
        var model = new ModelOptions();
        var report = new ReportOptions();
        var command = new Command("info", "Show header, duration, bit rate and codebook use of .ecdc files.");
        batch.AddTo(command);
        model.AddTo(command, withHighQuality: false);
        report.AddTo(command);
        command.SetAction(async (parseResult, cancellationToken) =>
        {
            CliSession session = CliSession.Of(parseResult);
            ModelRequest request = model.Read(parseResult);
            IReadOnlyList<FileJob> jobs = JobPlan.CreateForReading(batch.Inputs(parseResult), DecompressCommand.IsStream);
            BatchResult result = await BatchRun.RunAsync(
                session, jobs, batch.Jobs(parseResult), (job, _, token) => Describe(session, job.Input, request, token), cancellationToken)
                .ConfigureAwait(false);
            if (report.IsJson(parseResult))
            {
                ReportOptions.Write(session, result.ToJson());
            }
            else
            {
                foreach (JsonObject one in result.Reports)
                {
                    StreamReport.WriteText(session.Output, one);
                }
            }

            return result.ExitCode;
        });
        return command.WithExamples(
            ("audiocodec info speech.ecdc", "header, duration, bit rate, codes in use"),
            ("audiocodec info folder/ --json", "the same of many files, as JSON"));
    }

    private static JsonObject Describe(CliSession session, string input, ModelRequest request, CancellationToken cancellationToken)
    {
        using var source = new EcdcInput(session, input);
        using FileStream stream = source.OpenBytes();
        byte version = EcdcMagic.ReadVersion(stream);
        stream.Position = 0;
        var report = new JsonObject { ["input"] = input, ["version"] = (int)version };
        if (version == 0)
        {
            DescribeVersion0(report, stream, request, cancellationToken);
        }
        else
        {
            using EcdcV1Reader reader = EcdcV1Reader.Open(stream, leaveOpen: true);
            Version1Report.Describe(report, reader, stream.Length, cancellationToken);
        }

        return report;
    }

    private static void DescribeVersion0(JsonObject report, FileStream stream, ModelRequest request, CancellationToken cancellationToken)
    {
        EcdcHeader header = EcdcHeader.Read(stream);
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
        using EcdcReader reader = EcdcReader.Open(stream, _ => geometry, leaveOpen: true);
        report["codebook_use"] = StreamReport.CountCodes([reader], reader.Geometry, reader.Codebooks, cancellationToken);
    }
}
