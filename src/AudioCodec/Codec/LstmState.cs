using System.Numerics.Tensors;
using AudioCodec.Numerics;

namespace AudioCodec.Codec;

/// <summary>A running LSTM stack with the skip connection around it: y = lstm(x) + x.</summary>
/// <remarks>The input halves of all steps of a chunk are one product; the recurrent halves follow step by step.</remarks>
internal sealed unsafe class LstmState
{
    private readonly LstmWeights _weights;
    private readonly Executor _executor;
    private readonly LstmLayerState[] _layers;
    private readonly RowBuffer _gates;
    private readonly RowBuffer _sequence;

    public LstmState(LstmWeights weights, Executor executor)
    {
        _weights = weights;
        _executor = executor;
        _layers = [.. weights.Layers.Select(layer => new LstmLayerState(layer))];
        _gates = new RowBuffer(weights.Layers[0].Input.Columns);
        _sequence = new RowBuffer(weights.Units);
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

        int units = _weights.Units;
        _sequence.Clear();
        float* sequence = _sequence.Append(count);
        float* input = rows;
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            _gates.Clear();
            float* gates = _gates.Append(count);
            GemmOperand inputs = new()
            {
                Data = input,
                RowCount = count,
                RowStride = units,
                Taps = 1,
                TapLength = units,
            };
            _executor.Multiply(inputs, _weights.Layers[layer].Input, gates, _gates.Columns);
            _layers[layer].Process(_executor, gates, sequence, count);
            input = sequence;
        }

        Span<float> output = new(rows, count * units);
        TensorPrimitives.Add(output, _sequence.Rows, output);
    }
}
