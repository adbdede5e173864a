using AudioCodec.Numerics;

namespace AudioCodec.Codecs.Seanet;

/// <summary>A running encoder or decoder, which processes rows in chunks of any size. Each layer writes into the next one's input.</summary>
/// <remarks>
/// Layers near the frame rate, whose time goes into reading weights, take a chunk at once; the others, whose time goes into activations, take it tile by tile, from the first to
/// the last of them, so that the activations stay in the second-level cache. Normalized layers need whole signals: there is one tile.
/// </remarks>
internal sealed unsafe class SeanetState : ISeanetState
{
    // Up to so many rows per frame, a layer takes a chunk at once.
    private const int SlowRows = 8;

    // Frames of a tile for each thread, which has a cache of its own.
    private const int TileFrames = 24;
    private readonly Executor _executor;
    private readonly IRowLayer[] _layers;

    // The layers that are tiled, and the rows that the first of them reads per frame.
    private readonly int _firstTiled;
    private readonly int _endTiled;
    private readonly int _frameRows = 1;

    // Input of the tiled layers where others come before them.
    private readonly RowBuffer? _untiled;

    /// <summary>Starts a stream.</summary>
    /// <param name="weights">Shared, not changed.</param>
    /// <param name="executor">Where to run.</param>
    public SeanetState(SeanetWeights weights, Executor executor)
    {
        BufferPool pool = new();
        _executor = executor;
        _layers = [.. weights.Layers.Select(layer => layer.Start(executor, pool))];
        if (!weights.Plan.IsNormalizedOverTime)
        {
            int[] rows = weights.Plan.RowsPerFrame();
            _firstTiled = Math.Max(0, Array.FindIndex(rows, count => count > SlowRows));
            _endTiled = Array.FindLastIndex(rows, count => count > SlowRows) + 1;
            _frameRows = rows[_firstTiled];
            _untiled = _firstTiled > 0 ? new RowBuffer(_layers[_firstTiled].Rows.Columns) : null;
        }
    }

    /// <inheritdoc/>
    public void Process(float* rows, int count, bool last, RowBuffer output)
    {
        if (_untiled is not null)
        {
            Feed(0, rows, count);
            Run(0, _firstTiled, last, _untiled);
            RunTiles(_untiled.Pointer, _untiled.Count, last, output);
            _untiled.Clear();
        }
        else if (_endTiled > 0)
        {
            RunTiles(rows, count, last, output);
        }
        else
        {
            Feed(0, rows, count);
        }

        Run(_endTiled, _layers.Length, last, output);
    }

    private void RunTiles(float* rows, int count, bool last, RowBuffer output)
    {
        int columns = _layers[_firstTiled].Rows.Columns;
        int done = 0;
        int size = TileRows(count);
        do
        {
            int tile = Math.Min(size, count - done);
            Feed(_firstTiled, rows + ((nint)done * columns), tile);
            done += tile;
            Run(_firstTiled, _endTiled, last && done == count, _endTiled == _layers.Length ? output : null);
        }
        while (done < count);
    }

    /// <summary>Rows of a tile: equal shares of a chunk in whole frames.</summary>
    private int TileRows(int count) => WorkShare.EqualLength((count + _frameRows - 1) / _frameRows, TileFrames * _executor.Threads) * _frameRows;

    private void Feed(int layer, float* rows, int count)
    {
        RowBuffer input = _layers[layer].Rows;
        input.Append(new ReadOnlySpan<float>(rows, count * input.Columns));
        _layers[layer].Accept(count, default);
    }

    /// <summary>Runs layers <paramref name="first"/> to <paramref name="end"/> - 1, the last into <paramref name="output"/> or, without one, into the layer after it.</summary>
    private void Run(int first, int end, bool last, RowBuffer? output)
    {
        for (int i = first; i < end; i++)
        {
            if (i + 1 == end && output is not null)
            {
                int completed = _layers[i].Process(last, output);
                _executor.Finish(output.Row(output.Count - completed), completed, output.Columns, _layers[i].Pending, keep: true, null);
            }
            else
            {
                int given = _layers[i].Process(last, _layers[i + 1].Rows);
                _layers[i + 1].Accept(given, _layers[i].Pending);
            }

            _layers[i].Release();
        }
    }

    /// <inheritdoc/>
    public void Reset()
    {
        foreach (IRowLayer layer in _layers)
        {
            layer.Reset();
        }

        _untiled?.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Buffers are managed memory.
    }
}
