using System.Diagnostics;
using AudioCodec.Codecs.Seanet;
using AudioCodec.Numerics;

namespace AudioCodec.Benchmarks;

/// <summary>Runs a network as <see cref="SeanetState"/> does, on one thread, and reads the clock between its layers.</summary>
/// <remarks>A layer's time includes what the layer before it left to be done to its input: the activation and the normalization.</remarks>
internal sealed unsafe class LayerTimes
{
    private readonly Executor _executor = new(1);
    private readonly IRowLayer[] _layers;
    private readonly RowBuffer _output;

    /// <summary>Starts the layers.</summary>
    /// <param name="weights">Weights of the network.</param>
    /// <param name="outputColumns">Columns of its output.</param>
    public LayerTimes(SeanetWeights weights, int outputColumns)
    {
        BufferPool pool = new();
        _layers = [.. weights.Layers.Select(layer => layer.Start(_executor, pool))];
        _output = new RowBuffer(outputColumns);
    }

    /// <summary>Runs a signal through the network.</summary>
    /// <param name="rows">[*, input columns].</param>
    /// <param name="chunkRows">Rows that are given together.</param>
    /// <returns>Seconds of each layer.</returns>
    public double[] Run(float[] rows, int chunkRows)
    {
        var ticks = new long[_layers.Length];
        foreach (IRowLayer layer in _layers)
        {
            layer.Reset();
        }

        _output.Clear();
        int columns = _layers[0].Rows.Columns;
        for (int first = 0; first < rows.Length; first += chunkRows * columns)
        {
            ReadOnlySpan<float> chunk = rows.AsSpan(first, Math.Min(chunkRows * columns, rows.Length - first));
            Process(chunk, first + chunk.Length == rows.Length, ticks);
        }

        return [.. ticks.Select(t => (double)t / Stopwatch.Frequency)];
    }

    private void Process(ReadOnlySpan<float> chunk, bool last, long[] ticks)
    {
        long time = Stopwatch.GetTimestamp();
        _layers[0].Rows.Append(chunk);
        _layers[0].Accept(chunk.Length / _layers[0].Rows.Columns, default);
        for (int i = 0; i < _layers.Length; i++)
        {
            bool end = i == _layers.Length - 1;
            RowBuffer next = end ? _output : _layers[i + 1].Rows;
            int given = _layers[i].Process(last, next);
            Add(ref ticks[i], ref time);
            if (end)
            {
                _executor.Finish(next.Row(next.Count - given), given, next.Columns, _layers[i].Pending, keep: true, null);
            }
            else
            {
                _layers[i + 1].Accept(given, _layers[i].Pending);
            }

            _layers[i].Release();
            Add(ref ticks[end ? i : i + 1], ref time);
        }
    }

    private static void Add(ref long sum, ref long time)
    {
        long now = Stopwatch.GetTimestamp();
        sum += now - time;
        time = now;
    }
}
