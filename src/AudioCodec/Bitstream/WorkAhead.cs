using System.Collections.Concurrent;

namespace AudioCodec.Bitstream;

/// <summary>Items that are worked on by several threads and taken in the order in which they were added.</summary>
/// <remarks>
/// The threads are those of the pool. Instead of waiting for an item, the thread that takes it works on items that nobody has begun: no processor is idle
/// while there is work, and on a busy pool nothing waits. One thread adds and takes.
/// </remarks>
/// <typeparam name="T">The item; the work leaves its result in it.</typeparam>
/// <param name="threads">Threads that work, the one that takes among them; with 1 it does all the work.</param>
/// <param name="work">The work on one item; must be usable by several threads at once where there are several.</param>
internal sealed class WorkAhead<T>(int threads, Action<T> work) : IDisposable
    where T : class
{
    private readonly Queue<Task> _inOrder = new();
    private readonly ConcurrentQueue<Task> _notBegun = new();
    private int _helpers;

    /// <summary>Threads that work, the one that takes among them.</summary>
    public int Threads => threads;

    /// <summary>The items that were not yet taken.</summary>
    public IEnumerable<T> Items => _inOrder.Select(ItemOf);

    /// <summary>Number of <see cref="Items"/>.</summary>
    public int Count => _inOrder.Count;

    /// <summary>Adds an item, which may be worked on from now on.</summary>
    public void Add(T item)
    {
        var task = new Task(state => work((T)state!), item);
        _inOrder.Enqueue(task);
        _notBegun.Enqueue(task);

        // A helper that is about to end may be counted still; then the item waits for the next one to be added, or for the caller.
        if (Interlocked.Increment(ref _helpers) < threads)
        {
            _ = Task.Run(Help);
        }
        else
        {
            Interlocked.Decrement(ref _helpers);
        }
    }

    /// <summary>Takes the oldest item when its work is done. What the work threw is thrown here.</summary>
    public T Take()
    {
        Task first = _inOrder.Dequeue();
        while (!first.IsCompleted && _notBegun.TryDequeue(out Task? next))
        {
            next.RunSynchronously(TaskScheduler.Default);
        }

        first.GetAwaiter().GetResult();
        return ItemOf(first);
    }

    /// <summary>Gives up items that nobody has begun, and waits for the others.</summary>
    public void Dispose()
    {
        int begun = _inOrder.Count;
        while (_notBegun.TryDequeue(out _))
        {
            begun--;
        }

        foreach (Task task in _inOrder.Take(begun))
        {
            Task.WaitAny(task);
            _ = task.Exception; // Nobody is told any more.
        }

        _inOrder.Clear();
    }

    private static T ItemOf(Task task) => (T)task.AsyncState!; // Every task was given its item.

    private void Help()
    {
        while (_notBegun.TryDequeue(out Task? task))
        {
            task.RunSynchronously(TaskScheduler.Default);
        }

        Interlocked.Decrement(ref _helpers);
    }
}
