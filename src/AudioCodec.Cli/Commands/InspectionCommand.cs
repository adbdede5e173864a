using System.CommandLine;
using System.Text.Json.Nodes;
using AudioCodec.Bitstream;
using AudioCodec.Cli.Batch;
using AudioCodec.Cli.Models;
using AudioCodec.Cli.Options;

namespace AudioCodec.Cli.Commands;

/// <summary>What the commands have in common that look at <c>.ecdc</c> files and write none.</summary>
internal static class InspectionCommand
{
    /// <summary>Builds a command.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="inspect">Looks at one file and gives its report.</param>
    /// <param name="writeText">Writes the reports for a person.</param>
    public static Command Create(
        string name, string description, Func<InspectedStream, JsonObject> inspect, Action<CliSession, BatchResult> writeText)
    {
        var batch = new BatchOptions(".ecdc files, folders of them, or - for standard input.");
        var model = new ModelOptions(ModelOptions.ForStreams);
        var report = new ReportOptions();
        var command = new Command(name, description);
        batch.AddTo(command);
        model.AddTo(command, ModelParts.None);
        report.AddTo(command);
        command.SetAction(async (parseResult, cancellationToken) =>
        {
            CliSession session = CliSession.Of(parseResult);
            ModelRequest request = model.Read(parseResult);
            IReadOnlyList<FileJob> jobs = JobPlan.CreateForReading(batch.Inputs(parseResult), EcdcInput.Belongs);
            BatchResult result = await BatchRun.RunAsync(
                session, jobs, batch.Jobs(parseResult), (job, _, token) => Inspect(session, job.Input, request, inspect, token), cancellationToken)
                .ConfigureAwait(false);
            if (report.IsJson(parseResult))
            {
                ReportOptions.Write(session, result.ToJson());
            }
            else
            {
                writeText(session, result);
            }

            return result.ExitCode;
        });
        return command;
    }

    private static JsonObject Inspect(
        CliSession session, string input, ModelRequest request, Func<InspectedStream, JsonObject> inspect, CancellationToken cancellationToken)
    {
        using var source = new EcdcInput(session, input);
        using FileStream bytes = source.OpenBytes();
        byte version = EcdcMagic.ReadVersion(bytes);
        bytes.Position = 0;
        return inspect(new InspectedStream(input, version, bytes, request, cancellationToken));
    }
}

/// <summary>A stream that a command looks at.</summary>
/// <param name="Input">Its name.</param>
/// <param name="Version">Version of its format.</param>
/// <param name="Bytes">The stream from its first byte; left open.</param>
/// <param name="Request">Which model the user named.</param>
/// <param name="CancellationToken">Stops the work.</param>
internal sealed record InspectedStream(string Input, byte Version, FileStream Bytes, ModelRequest Request, CancellationToken CancellationToken);
