using AudioCodec.Numerics;

namespace AudioCodec.Codecs.Seanet;

/// <summary>A running encoder or decoder, which processes rows in chunks of any size. Each layer writes into the next one's input.</summary>
internal sealed unsafe class SeanetState : ISeanetState
{
    private readonly Executor _executor;
    private readonly IRowLayer[] _layers;

    /// <summary>Starts a stream.</summary>
    /// <param name="weights">Shared, not changed.</param>
    /// <param name="executor">Where to run.</param>
    public SeanetState(SeanetWeights weights, Executor executor)
    {
        BufferPool pool = new();
        _executor = executor;
        _layers = [.. weights.Layers.Select(layer => layer.Start(executor, pool))];
    }

    /// <inheritdoc/>
    public void Process(float* rows, int count, bool last, RowBuffer output)
    {
        RowBuffer input = _layers[0].Rows;
        input.Append(new ReadOnlySpan<float>(rows, count * input.Columns));
        _layers[0].Accept(count, default);
        for (int i = 0; i + 1 < _layers.Length; i++)
        {
            int given = _layers[i].Process(last, _layers[i + 1].Rows);
            _layers[i + 1].Accept(given, _layers[i].Pending);
            _layers[i].Release();
        }

        int completed = _layers[^1].Process(last, output);
        _executor.Finish(output.Row(output.Count - completed), completed, output.Columns, _layers[^1].Pending, keep: true, null);
        _layers[^1].Release();
    }

    /// <inheritdoc/>
    public void Reset()
    {
        foreach (IRowLayer layer in _layers)
        {
            layer.Reset();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Buffers are managed memory.
    }
}
