using System.Diagnostics;

namespace AudioCodec.Studio.Limits;

/// <summary>Lets a few jobs compute at a time, a few wait, and turns away the rest.</summary>
internal sealed class JobGate(StudioLimits limits, StudioMetrics metrics) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(limits.ConcurrentJobs);
    private int _inside;

    /// <summary>Jobs that compute or wait.</summary>
    public int Inside => Volatile.Read(ref _inside);

    /// <summary>Runs a job on a thread of the pool when its turn comes.</summary>
    /// <param name="kind">What it is, for the metrics.</param>
    /// <param name="job">The job; ends soon after its token is cancelled.</param>
    /// <param name="cancellation">The client went away.</param>
    /// <exception cref="Refusal">Too many wait (429), or it waited or computed for too long (503).</exception>
    public async Task<T> RunAsync<T>(string kind, Func<CancellationToken, Task<T>> job, CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _inside) > limits.ConcurrentJobs + limits.QueueLength)
        {
            Interlocked.Decrement(ref _inside);
            throw new Refusal(429, $"{limits.QueueLength} jobs are waiting already; try again in a moment.", 2);
        }

        try
        {
            metrics.Waiting.Add(1);
            bool mayRun;
            try
            {
                mayRun = await _turns.WaitAsync(limits.QueueTime, cancellation).ConfigureAwait(false);
            }
            finally
            {
                metrics.Waiting.Add(-1);
            }

            return mayRun ? await RunNowAsync(kind, job, cancellation).ConfigureAwait(false) : throw new Refusal(503, "The server is busy; the job waited too long for its turn.", 10);
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

    private async Task<T> RunNowAsync<T>(string kind, Func<CancellationToken, Task<T>> job, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(limits.JobTime);
        metrics.Running.Add(1);
        long start = Stopwatch.GetTimestamp();
        try
        {
            return await Task.Run(() => job(limit.Token), limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new Refusal(503, $"The job was stopped after {limits.JobTime.TotalSeconds:0} seconds, the most that this server computes for one.");
        }
        finally
        {
            metrics.Jobs.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, new KeyValuePair<string, object?>("kind", kind));
            metrics.Running.Add(-1);
            _turns.Release();
        }
    }
}
