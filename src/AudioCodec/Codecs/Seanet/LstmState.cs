using System.Numerics.Tensors;
using AudioCodec.Numerics;

namespace AudioCodec.Codecs.Seanet;

/// <summary>A running LSTM stack with the skip connection around it: y = lstm(x) + x.</summary>
/// <remarks>
/// A layer computes the input halves of several steps as one product, then the recurrent halves step by step. With several
/// threads each layer runs on its own, a few steps behind the layer before it. Threads wait for each other once in
/// <see cref="BlockSteps"/> steps: waiting at every step could cost a scheduler's time slice each on a busy machine.
/// </remarks>
internal sealed unsafe class LstmState : TeamJob, IRowLayer
{
    // Steps that a layer does before the next layer may follow; a multiple of the register tile's rows.
    private const int BlockSteps = 12;

    // The same on one thread: every change of layer empties the second-level cache, where a layer's weights stay in part from step to step.
    private const int BlockStepsAlone = 48;
    private readonly LstmWeights _weights;
    private readonly Executor _executor;
    private readonly LstmLayerState[] _layers;
    private readonly RowBuffer _rows;
    private readonly RowBuffer[] _sequences;

    // Steps that each layer has done in this chunk.
    private readonly int[] _done;
    private int _count;

    public LstmState(LstmWeights weights, Executor executor, BufferPool pool)
    {
        _weights = weights;
        _executor = executor;
        _layers = [.. weights.Layers.Select(layer => new LstmLayerState(layer))];
        _rows = new RowBuffer(weights.Units, pool);
        _sequences = [.. weights.Layers.Select(_ => new RowBuffer(weights.Units))];
        _done = new int[_layers.Length];
    }

    /// <inheritdoc/>
    public RowBuffer Rows => _rows;

    /// <inheritdoc/>
    public Unfinished Pending => default;

    /// <inheritdoc/>
    public void Accept(int count, in Unfinished unfinished) =>
        _executor.Finish(_rows.Row(_rows.Count - count), count, _rows.Columns, unfinished, keep: true, null);

    /// <inheritdoc/>
    public int Process(bool last, RowBuffer output)
    {
        _count = _rows.Count;
        if (_count == 0)
        {
            return 0;
        }

        for (int layer = 0; layer < _layers.Length; layer++)
        {
            _done[layer] = 0;
            _sequences[layer].Clear();
            _sequences[layer].Append(_count);
        }

        if (_count > BlockSteps)
        {
            _executor.Run(this);
        }
        else
        {
            Run(0, 1);
        }

        Span<float> sums = new(output.Append(_count), _count * _weights.Units);
        TensorPrimitives.Add(_rows.Rows, _sequences[^1].Rows, sums);
        return _count;
    }

    /// <inheritdoc/>
    public void Release() => _rows.Release();

    /// <inheritdoc/>
    public void Reset()
    {
        _rows.Release();
        foreach (LstmLayerState layer in _layers)
        {
            layer.Reset();
        }
    }

    /// <summary>The layers of one thread: every <paramref name="parts"/>-th, from <paramref name="part"/> on.</summary>
    /// <param name="part">0 to <paramref name="parts"/> - 1.</param>
    /// <param name="parts">Number of threads.</param>
    public override void Run(int part, int parts)
    {
        // Block by block through all layers of this thread: this order cannot deadlock.
        int block = parts == 1 ? BlockStepsAlone : BlockSteps;
        for (int start = 0; start < _count; start += block)
        {
            int steps = Math.Min(block, _count - start);
            for (int layer = part; layer < _layers.Length; layer += parts)
            {
                if (layer > 0)
                {
                    Await(layer - 1, start + steps);
                }

                float* input = layer == 0 ? _rows.Pointer : _sequences[layer - 1].Pointer;
                nint first = (nint)start * _weights.Units;
                _layers[layer].Process(input + first, _sequences[layer].Pointer + first, steps);
                Volatile.Write(ref _done[layer], start + steps);
            }
        }
    }

    private void Await(int layer, int steps)
    {
        SpinWait spin = default;
        for (int i = 0; Volatile.Read(ref _done[layer]) < steps; i++)
        {
            if (i < 1000)
            {
                Thread.SpinWait(10);
            }
            else
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
        }
    }
}
