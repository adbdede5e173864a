using System.Diagnostics;

namespace AudioCodec.Training.Data;

/// <summary>Makes batches ahead of the trainer on threads of its own.</summary>
internal sealed class BatchLoader : IDisposable
{
    private readonly CropSampler _sampler;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _room;
    private readonly Dictionary<long, Task<float[]>> _ahead = [];
    private readonly Lock _gate = new();
    private readonly int _depth;
    private long _next;

    /// <summary>Starts loading.</summary>
    /// <param name="sampler">Makes the batches.</param>
    /// <param name="firstStep">Step of the first batch that will be taken.</param>
    /// <param name="workers">Threads.</param>
    public BatchLoader(CropSampler sampler, long firstStep, int workers)
    {
        (_sampler, _next, _depth) = (sampler, firstStep, workers + 2);
        _room = new SemaphoreSlim(workers);
    }

    /// <summary>Time that <see cref="Take"/> has waited for data so far.</summary>
    public TimeSpan Waited { get; private set; }

    /// <summary>The batch of a step; steps are taken in turn.</summary>
    /// <exception cref="AudioFormatException">The data cannot be read.</exception>
    public float[] Take(long step)
    {
        Task<float[]> task;
        lock (_gate)
        {
            for (_next = Math.Max(_next, step); _next <= step + _depth; _next++)
            {
                long wanted = _next;
                _ahead[wanted] = Task.Run(() => Make(wanted));
            }

            task = _ahead[step];
            _ahead.Remove(step);
        }

        long start = Stopwatch.GetTimestamp();
        float[] batch = task.GetAwaiter().GetResult();
        Waited += Stopwatch.GetElapsedTime(start);
        return batch;
    }

    /// <summary>Stops the threads.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        try
        {
            Task.WaitAll([.. _ahead.Values]);
        }
        catch (AggregateException)
        {
            // Batches that nobody will take may fail or be cancelled.
        }

        _stop.Dispose();
        _room.Dispose();
    }

    private float[] Make(long step)
    {
        _room.Wait(_stop.Token);
        try
        {
            return _sampler.Batch(step);
        }
        finally
        {
            _room.Release();
        }
    }
}
