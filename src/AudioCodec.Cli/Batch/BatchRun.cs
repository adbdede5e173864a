using System.Text.Json.Nodes;

namespace AudioCodec.Cli.Batch;

/// <summary>Runs a list of jobs side by side; one that fails does not stop the others.</summary>
internal static class BatchRun
{
    /// <summary>Runs the jobs.</summary>
    /// <param name="session">Where messages go.</param>
    /// <param name="jobs">What to do; one job's failure is thrown, failures of several are reported and counted.</param>
    /// <param name="parallel">Jobs at once.</param>
    /// <param name="work">Does one job and gives its report.</param>
    /// <param name="cancellationToken">Stops the jobs.</param>
    public static async Task<BatchResult> RunAsync(
        CliSession session,
        IReadOnlyList<FileJob> jobs,
        int parallel,
        Func<FileJob, IProgress<double>, CancellationToken, JsonObject> work,
        CancellationToken cancellationToken)
    {
        if (jobs.Count == 1)
        {
            return await ProgressDisplay.RunAsync(session, 1, display => Task.Run(
                () =>
                {
                    using IProgressLine line = display.Begin(jobs[0].Input);
                    return new BatchResult([work(jobs[0], line, cancellationToken)], [], Several: false);
                },
                cancellationToken)).ConfigureAwait(false);
        }

        var reports = new JsonObject?[jobs.Count];
        var failures = new Exception?[jobs.Count];
        await ProgressDisplay.RunAsync(session, jobs.Count, async display =>
        {
            var options = new ParallelOptions
            {
                MaxDegreeOfParallelism = Math.Min(parallel, jobs.Count),
                CancellationToken = cancellationToken,
            };
            await Parallel.ForAsync(0, jobs.Count, options, (index, token) =>
            {
                using IProgressLine line = display.Begin(jobs[index].Input);
                try
                {
                    reports[index] = work(jobs[index], line, token);
                }
                catch (Exception exception) when (exception is not OperationCanceledException and not OutOfMemoryException)
                {
                    failures[index] = exception;
                    session.Message($"error: {jobs[index].Input}: {FailureReport.Describe(exception, verbose: false)}");
                }

                return ValueTask.CompletedTask;
            }).ConfigureAwait(false);
            return 0;
        }).ConfigureAwait(false);

        return new BatchResult(
            [.. reports.OfType<JsonObject>()],
            [.. Enumerable.Range(0, jobs.Count).Where(i => failures[i] is not null)
                .Select(i => new FailedJob(jobs[i].Input, FailureReport.Describe(failures[i]!, verbose: false), FailureReport.ExitCodeOf(failures[i]!)))],
            Several: true);
    }
}

/// <summary>A job that failed.</summary>
/// <param name="Input">Its input.</param>
/// <param name="Message">Why.</param>
/// <param name="ExitCode">The exit code that it would have had alone.</param>
internal sealed record FailedJob(string Input, string Message, int ExitCode);

/// <summary>What came of a list of jobs.</summary>
/// <param name="Reports">One per job that worked.</param>
/// <param name="Failures">One per job that did not.</param>
/// <param name="Several">Whether there was more than one job.</param>
internal sealed record BatchResult(IReadOnlyList<JsonObject> Reports, IReadOnlyList<FailedJob> Failures, bool Several)
{
    /// <summary>The exit code.</summary>
    public int ExitCode => Failures.Count == 0 ? ExitCodes.Success : ExitCodes.PartialFailure;

    /// <summary>The reports as one JSON document: the report itself where there was one job.</summary>
    public JsonObject ToJson()
    {
        if (!Several)
        {
            return Reports[0];
        }

        return new JsonObject
        {
            ["files"] = new JsonArray([.. Reports]),
            ["failures"] = new JsonArray([.. Failures.Select(failure => new JsonObject
            {
                ["input"] = failure.Input,
                ["error"] = failure.Message,
                ["exit_code"] = failure.ExitCode,
            })]),
        };
    }
}
