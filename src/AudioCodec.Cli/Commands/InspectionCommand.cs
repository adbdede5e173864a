using System.CommandLine;
using AudioCodec.Cli.Batch;
using AudioCodec.Cli.InputOutput;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Reports;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.Commands;

/// <summary>What the commands have in common that look at <c>.ecdc</c> files and write none.</summary>
internal static class InspectionCommand
{
    /// <summary>Builds a command.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="inspect">Looks at one file and gives its report.</param>
    /// <param name="writeText">Writes the reports for a person.</param>
    /// <typeparam name="TReport">What is said of one file.</typeparam>
    public static Command Create<TReport>(
        string name, string description, Func<InspectedFile, TReport> inspect, Action<CliSession, BatchReport<TReport>> writeText)
        where TReport : class
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
            CodecOptions options = model.Read(parseResult);
            using var codecs = new CodecProvider(options);
            IReadOnlyList<FileJob> jobs = JobPlan.CreateForReading(batch.Inputs(parseResult), EcdcInput.HasExtension);
            BatchReport<TReport> result = await BatchRun.RunAsync(
                session,
                jobs,
                batch.Jobs(parseResult),
                async (job, _, token) =>
                {
                    using Stream bytes = await EcdcInput.OpenAsync(session, job.Input, token).ConfigureAwait(false);
                    return inspect(new InspectedFile(job.Input, bytes, codecs, options.Model, token));
                },
                cancellationToken).ConfigureAwait(false);
            if (report.IsJson(parseResult))
            {
                result.WriteJson(session);
            }
            else
            {
                writeText(session, result);
            }

            return result.ExitCode;
        });
        return command;
    }
}

/// <summary>A file that a command looks at.</summary>
/// <param name="Input">Its path, or <c>-</c>.</param>
/// <param name="Bytes">The file from its first byte; seeks, and is left open.</param>
/// <param name="Codecs">The codecs on this machine.</param>
/// <param name="Model">The codec that the user named, or <see langword="null"/>.</param>
/// <param name="CancellationToken">Stops the work.</param>
internal sealed record InspectedFile(string Input, Stream Bytes, CodecProvider Codecs, string? Model, CancellationToken CancellationToken)
{
    /// <summary>Opens the file.</summary>
    /// <param name="concealDamage">Whether a damaged file is opened too.</param>
    /// <exception cref="BitstreamException">The file is damaged, or of a model that is not known here.</exception>
    public EcdcFile Open(bool concealDamage = false) =>
        Codecs.Open(Bytes, new EcdcOpenOptions { Model = Model, ConcealDamage = concealDamage, LeaveOpen = true });
}
