using AudioCodec.Audio;
using AudioCodec.Cli.Batch;
using AudioCodec.Cli.InputOutput;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Reports;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.Commands;

/// <summary>Compresses the files of a command.</summary>
/// <param name="session">Where messages and pipes go.</param>
/// <param name="codecs">Gives the codec.</param>
/// <param name="options">How to compress.</param>
/// <param name="force">Whether outputs may be replaced.</param>
internal sealed class FileCompressor(CliSession session, CodecProvider codecs, CompressionOptions options, bool force)
{
    private int _told;

    /// <summary>Compresses files and reports.</summary>
    /// <param name="jobs">The files.</param>
    /// <param name="parallel">Files at once.</param>
    /// <param name="json">Whether the report is JSON.</param>
    /// <param name="cancellationToken">Stops between blocks; no file appears then.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<FileJob> jobs, int parallel, bool json, CancellationToken cancellationToken)
    {
        JobPlan.RefuseMixedOutput(jobs, json);
        BatchReport<CompressReport> result = await BatchRun.RunAsync(
            session, jobs, parallel, (job, progress, token) => Task.FromResult(Compress(job, progress, token)), cancellationToken).ConfigureAwait(false);
        if (json)
        {
            result.WriteJson(session);
        }
        else
        {
            result.WriteLines(session, report => report.ToText());
        }

        return result.ExitCode;
    }

    private CompressReport Compress(FileJob job, IProgress<double> progress, CancellationToken cancellationToken)
    {
        OutputSuffix.RequireCompressed(job.Output);
        OutputFolder.Prepare(job.Input, job.Output, force, job.CreatesFolder);
        Codec codec = codecs.Get();
        CompressOptions.RequireOffered(codec, options);
        using AudioSource source = AudioInput.Open(session, job.Input, options.InputFormat);
        using OutputTarget target = OutputTarget.Open(session, job.Output, force);
        CompressionResult result = codec.Compress(source, target.Stream, options, progress, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        target.Commit();
        foreach (string warning in result.Warnings)
        {
            session.Warning($"{job.Input}: {warning}");
        }

        // Official codecs write the reference's packed codes unless told otherwise, and need no word.
        if (options.EntropyCoding is null && result.FormatVersion == 1 && !codec.HasEntropyModel && Interlocked.Exchange(ref _told, 1) == 0)
        {
            session.Message($"no language model belongs to these weights of '{codec.Info.Name}': codes are packed; 'audiocodec train lm' makes one, --lm-checkpoint names one");
        }

        return CompressReport.Of(job.Input, job.Output, codec.Info, result);
    }
}
