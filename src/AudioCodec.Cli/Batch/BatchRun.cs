using AudioCodec.Cli.Reports;
using AudioCodec.Cli.Session;
using AudioCodec.Files;

namespace AudioCodec.Cli.Batch;

/// <summary>Runs a list of jobs side by side; one that fails does not stop the others.</summary>
internal static class BatchRun
{
    /// <summary>Runs the jobs.</summary>
    /// <param name="session">Where messages go.</param>
    /// <param name="jobs">What to do; the failure of a single one is thrown, failures of several are reported and counted.</param>
    /// <param name="parallel">Jobs at once.</param>
    /// <param name="work">Does one job and gives its report.</param>
    /// <param name="cancellationToken">Stops the jobs.</param>
    /// <typeparam name="TReport">What is said of one file.</typeparam>
    public static Task<BatchReport<TReport>> RunAsync<TReport>(
        CliSession session,
        IReadOnlyList<FileJob> jobs,
        int parallel,
        Func<FileJob, IProgress<double>, CancellationToken, Task<TReport>> work,
        CancellationToken cancellationToken)
        where TReport : class => jobs.Count == 1
        ? RunOneAsync(session, jobs[0], work, cancellationToken)
        : RunSeveralAsync(session, jobs, parallel, work, cancellationToken);

    private static async Task<BatchReport<TReport>> RunOneAsync<TReport>(
        CliSession session, FileJob job, Func<FileJob, IProgress<double>, CancellationToken, Task<TReport>> work, CancellationToken cancellationToken)
    {
        TReport report = await ProgressDisplay.RunOneAsync(
            session, job.Input, line => Task.Run(() => work(job, line, cancellationToken), cancellationToken)).ConfigureAwait(false);
        return new BatchReport<TReport>([report], []) { IsOfSeveral = false };
    }

    private static async Task<BatchReport<TReport>> RunSeveralAsync<TReport>(
        CliSession session,
        IReadOnlyList<FileJob> jobs,
        int parallel,
        Func<FileJob, IProgress<double>, CancellationToken, Task<TReport>> work,
        CancellationToken cancellationToken)
        where TReport : class
    {
        var reports = new TReport?[jobs.Count];
        var failures = new FailedFile?[jobs.Count];
        await ProgressDisplay.RunAsync(session, jobs.Count, async display =>
        {
            var options = new ParallelOptions
            {
                MaxDegreeOfParallelism = Math.Min(parallel, jobs.Count),
                CancellationToken = cancellationToken,
            };
            int[] order = LargestFirst.Order([.. jobs.Select(job => job.Input)], parallel);
            await Parallel.ForAsync(0, jobs.Count, options, async (turn, token) =>
            {
                int index = order[turn];
                using IProgressLine line = display.Begin(jobs[index].Input);
                try
                {
                    reports[index] = await work(jobs[index], line, token).ConfigureAwait(false);
                }
                catch (Exception exception) when (exception is not OperationCanceledException and not OutOfMemoryException)
                {
                    string message = FailureReport.Describe(exception, verbose: false);
                    failures[index] = new FailedFile(jobs[index].Input, message, FailureReport.ExitCodeOf(exception));
                    session.Message($"error: {jobs[index].Input}: {message}");
                }
            }).ConfigureAwait(false);
            return 0;
        }).ConfigureAwait(false);
        return new BatchReport<TReport>([.. reports.OfType<TReport>()], [.. failures.OfType<FailedFile>()]);
    }
}
