using AudioCodec.Codecs.Seanet;
using AudioCodec.Numerics;

namespace AudioCodec.Codecs;

/// <summary>
/// Runs a network over whole segments, which do not depend on each other: several at once on a thread each; one alone divided among all threads, until there were several.
/// </summary>
/// <remarks>Results are the same either way.</remarks>
/// <param name="open">Opens a network.</param>
/// <param name="executor">The threads.</param>
/// <param name="capacity">Most segments at once, at least 1.</param>
/// <param name="inputColumns">Columns of a network's input rows.</param>
/// <param name="outputColumns">Columns of its output rows.</param>
internal sealed class SegmentBatch(Func<Executor, ISeanetState> open, Executor executor, int capacity, int inputColumns, int outputColumns) : IDisposable
{
    private readonly Segment[] _segments = [.. Enumerable.Range(0, capacity).Select(_ => new Segment(inputColumns, outputColumns))];
    private readonly ISeanetState?[] _networks = new ISeanetState?[capacity];
    private ISeanetState? _divided = open(executor);

    /// <summary>Most segments at once.</summary>
    public int Capacity => capacity;

    /// <summary>Segments filled.</summary>
    public int Count { get; private set; }

    /// <summary>The segment to fill next; there is one while <see cref="Count"/> is below <see cref="Capacity"/>.</summary>
    public Segment Next => _segments[Count];

    /// <summary>Counts <see cref="Next"/> as filled.</summary>
    public void Add() => Count++;

    /// <summary>Drops all segments.</summary>
    public void Clear()
    {
        foreach (Segment segment in _segments)
        {
            segment.Input.Clear();
            segment.Output.Clear();
        }

        Count = 0;
    }

    /// <summary>Runs the filled segments, whose outputs are valid until <see cref="Clear"/>.</summary>
    public ReadOnlySpan<Segment> Run()
    {
        if (Count == 1 && _divided is not null)
        {
            Process(_divided, _segments[0]);
        }
        else if (Count > 0)
        {
            // Not the executor's team, whose threads spin while they wait: a segment takes tens of milliseconds.
            OpenNetworks();
            Parallel.For(0, Count, i => Process(_networks[i]!, _segments[i])); // OpenNetworks has opened as many.
        }

        return _segments.AsSpan(0, Count);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _divided?.Dispose();
        foreach (ISeanetState? network in _networks)
        {
            network?.Dispose();
        }
    }

    /// <summary>Opens a network for each segment; here, as a worker could only say that it failed. The divided one has had its time, and leaves its memory.</summary>
    private void OpenNetworks()
    {
        for (int i = 0; i < Count; i++)
        {
            _networks[i] ??= open(new Executor(1));
        }

        _divided?.Dispose();
        _divided = null;
    }

    private static unsafe void Process(ISeanetState network, Segment segment)
    {
        network.Reset();
        network.Process(segment.Input.Pointer, segment.Input.Count, last: true, segment.Output);
    }

    /// <summary>One segment.</summary>
    internal sealed class Segment(int inputColumns, int outputColumns)
    {
        /// <summary>Its scale.</summary>
        public float Scale { get; set; } = 1f;

        /// <summary>What the network reads.</summary>
        public RowBuffer Input { get; } = new(inputColumns);

        /// <summary>What it gives.</summary>
        public RowBuffer Output { get; } = new(outputColumns);
    }
}
