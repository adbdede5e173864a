using System.Collections.Concurrent;

namespace AudioCodec.Numerics;

/// <summary>Threads that wait for short pieces of work, some tens of microseconds each, together with the caller's thread.</summary>
/// <remarks>
/// A worker spins for a while before it sleeps, because the next job usually follows at once. A team serves one caller at a
/// time; a second caller meanwhile does its work alone, with the same result.
/// </remarks>
internal sealed class WorkerTeam
{
    private const int SpinsBeforeSleep = 4000;
    private static readonly ConcurrentDictionary<int, Lazy<WorkerTeam>> s_teams = new();
    private readonly object _use = new();
    private readonly object _wake = new();
    private readonly int _workers;
    private TeamJob? _job;
    private Exception? _failure;
    private int _generation;
    private int _sleeping;
    private int _running;

    private WorkerTeam(int threads)
    {
        _workers = threads - 1;
        for (int part = 1; part < threads; part++)
        {
            int mine = part;
            new Thread(() => Work(mine)) { IsBackground = true, Name = $"AudioCodec {threads}.{part}" }.Start();
        }
    }

    /// <summary>The team of a given size; its threads start at the first use and run until the process ends.</summary>
    public static WorkerTeam Of(int threads) => s_teams.GetOrAdd(threads, n => new Lazy<WorkerTeam>(() => new WorkerTeam(n))).Value;

    /// <summary>Runs a job on all threads and returns when it is done.</summary>
    public void Run(TeamJob job)
    {
        if (!Monitor.TryEnter(_use))
        {
            job.Run(0, 1);
            return;
        }

        try
        {
            _job = job;
            Volatile.Write(ref _running, _workers);
            Interlocked.Increment(ref _generation);
            if (Volatile.Read(ref _sleeping) > 0)
            {
                lock (_wake)
                {
                    Monitor.PulseAll(_wake);
                }
            }

            job.Run(0, _workers + 1);
            SpinWait spin = default;
            while (Volatile.Read(ref _running) != 0)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }

            if (_failure is Exception failure)
            {
                _failure = null;
                throw new InvalidOperationException("A worker thread failed.", failure);
            }
        }
        finally
        {
            Monitor.Exit(_use);
        }
    }

    private void Work(int part)
    {
        int seen = 0;
        while (true)
        {
            seen = AwaitNext(seen);
            try
            {
                _job!.Run(part, _workers + 1); // set before the generation was raised
            }
            catch (Exception failure)
            {
                _failure = failure;
            }

            Interlocked.Decrement(ref _running);
        }
    }

    private int AwaitNext(int seen)
    {
        for (int i = 0; i < SpinsBeforeSleep; i++)
        {
            int now = Volatile.Read(ref _generation);
            if (now != seen)
            {
                return now;
            }

            Thread.SpinWait(8);
        }

        // Counted as asleep before the last check: a caller that raises the generation after it sees the count and wakes the worker.
        Interlocked.Increment(ref _sleeping);
        int latest;
        lock (_wake)
        {
            while ((latest = Volatile.Read(ref _generation)) == seen)
            {
                Monitor.Wait(_wake);
            }
        }

        Interlocked.Decrement(ref _sleeping);
        return latest;
    }
}
