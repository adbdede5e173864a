using System.Numerics.Tensors;
using AudioCodec.Numerics;

namespace AudioCodec.Codecs;

/// <summary>A running LSTM stack with the skip connection around it: y = lstm(x) + x.</summary>
/// <remarks>
/// A layer takes the input halves of several steps as one product, then the recurrent halves step by step. With several
/// threads each layer has its own, a few steps behind the layer before it: threads wait for each other once in
/// <see cref="BlockSteps"/> steps, not at every step, which a busy machine would turn into a scheduler's time slice each.
/// </remarks>
internal sealed unsafe class LstmState : TeamJob
{
    // Steps that a layer does before the next layer may follow; a multiple of the register tile's rows.
    private const int BlockSteps = 12;
    private readonly LstmWeights _weights;
    private readonly Executor _executor;
    private readonly LstmLayerState[] _layers;
    private readonly RowBuffer[] _sequences;

    // Steps that each layer has done in this chunk.
    private readonly int[] _done;
    private float* _rows;
    private int _count;

    public LstmState(LstmWeights weights, Executor executor)
    {
        _weights = weights;
        _executor = executor;
        _layers = [.. weights.Layers.Select(layer => new LstmLayerState(layer))];
        _sequences = [.. weights.Layers.Select(_ => new RowBuffer(weights.Units))];
        _done = new int[_layers.Length];
    }

    /// <summary>Back to zero state.</summary>
    public void Reset()
    {
        foreach (LstmLayerState layer in _layers)
        {
            layer.Reset();
        }
    }

    /// <summary>Replaces rows by the stack's output plus themselves.</summary>
    /// <param name="rows">[count, H], in place.</param>
    /// <param name="count">Number of steps.</param>
    public void Process(float* rows, int count)
    {
        if (count == 0)
        {
            return;
        }

        _rows = rows;
        _count = count;
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            _done[layer] = 0;
            _sequences[layer].Clear();
            _sequences[layer].Append(count);
        }

        if (count > BlockSteps)
        {
            _executor.Run(this);
        }
        else
        {
            Run(0, 1);
        }

        Span<float> output = new(rows, count * _weights.Units);
        TensorPrimitives.Add(output, _sequences[^1].Rows, output);
    }

    /// <summary>The layers of one thread: every <paramref name="parts"/>-th, from <paramref name="part"/> on.</summary>
    /// <param name="part">0 to <paramref name="parts"/> - 1.</param>
    /// <param name="parts">Number of threads.</param>
    public override void Run(int part, int parts)
    {
        // Block by block through all layers of this thread: in this order no thread waits for one that waits for it.
        for (int start = 0; start < _count; start += BlockSteps)
        {
            int steps = Math.Min(BlockSteps, _count - start);
            for (int layer = part; layer < _layers.Length; layer += parts)
            {
                if (layer > 0)
                {
                    Await(layer - 1, start + steps);
                }

                float* input = layer == 0 ? _rows : _sequences[layer - 1].Pointer;
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
