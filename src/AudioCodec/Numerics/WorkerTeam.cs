using System.Collections.Concurrent;

namespace AudioCodec.Numerics;

/// <summary>Threads that wait for short pieces of work, some tens of microseconds each, together with the caller's thread.</summary>
/// <remarks>
/// A worker spins for a while before it sleeps, because the next job usually follows at once. A part that no worker has begun
/// when the caller is through with its own is done by the caller: on a busy machine a worker may get no processor for milliseconds.
/// A team serves one caller at a time; a second caller meanwhile does its work alone, with the same result.
/// </remarks>
internal sealed class WorkerTeam
{
    // Each some tens of nanoseconds.
    private const int SpinsBeforeSleep = 32000;
    private const int SpinsBeforeYield = 500;
    private static readonly ConcurrentDictionary<int, Lazy<WorkerTeam>> s_teams = new();
    private readonly object _use = new();
    private readonly object _wake = new();
    private readonly int _workers;

    // The job for which each part was begun last, by number.
    private readonly int[] _begun;
    private TeamJob? _job;
    private Exception? _failure;
    private int _generation;
    private int _sleeping;
    private int _running;

    private WorkerTeam(int threads)
    {
        _workers = threads - 1;
        _begun = new int[threads];
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
            int generation = Interlocked.Increment(ref _generation);
            if (Volatile.Read(ref _sleeping) > 0)
            {
                lock (_wake)
                {
                    Monitor.PulseAll(_wake);
                }
            }

            try
            {
                job.Run(0, _workers + 1);
                for (int part = _workers; part > 0; part--)
                {
                    if (Begin(part, generation))
                    {
                        Interlocked.Decrement(ref _running);
                        job.Run(part, _workers + 1);
                    }
                }
            }
            finally
            {
                Await(job, generation);
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
            if (!Begin(part, seen))
            {
                continue;
            }

            TeamJob job = _job!; // set before the generation was raised
            try
            {
                job.Run(part, _workers + 1);
            }
            catch (Exception failure)
            {
                _failure = failure;
            }

            Interlocked.Decrement(ref _running);
            job.RunAhead(part, _workers + 1);
        }
    }

    /// <summary>Waits until no worker is at the job, and looks ahead meanwhile. After a failure of the caller's, parts that no one has begun are given up.</summary>
    private void Await(TeamJob job, int generation)
    {
        for (int part = _workers; part > 0; part--)
        {
            if (Begin(part, generation))
            {
                Interlocked.Decrement(ref _running);
            }
        }

        if (Volatile.Read(ref _running) != 0)
        {
            job.RunAhead(0, _workers + 1);
        }

        SpinWait yielding = default;
        for (int i = 0; Volatile.Read(ref _running) != 0; i++)
        {
            if (i < SpinsBeforeYield)
            {
                Thread.SpinWait(1);
            }
            else
            {
                yielding.SpinOnce(sleep1Threshold: -1);
            }
        }
    }

    /// <summary>Claims a part of a job; of a worker that wakes late, the job may be over.</summary>
    private bool Begin(int part, int generation) => Interlocked.CompareExchange(ref _begun[part], generation, generation - 1) == generation - 1;

    private int AwaitNext(int seen)
    {
        for (int i = 0; i < SpinsBeforeSleep; i++)
        {
            int now = Volatile.Read(ref _generation);
            if (now != seen)
            {
                return now;
            }

            Thread.SpinWait(1);
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
