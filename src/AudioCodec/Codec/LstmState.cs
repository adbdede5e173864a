using AudioCodec.Numerics;

namespace AudioCodec.Codec;

/// <summary>A running LSTM stack with the skip connection around it: y = lstm(x) + x.</summary>
/// <remarks>The input halves of all steps of a chunk are one product; the recurrent halves follow step by step.</remarks>
internal sealed unsafe class LstmState
{
    private readonly LstmWeights _weights;
    private readonly AlignedArray[] _hidden;
    private readonly AlignedArray[] _cell;
    private readonly AlignedArray _stepGates;
    private readonly RowBuffer _gates;
    private readonly RowBuffer _sequence;

    public LstmState(LstmWeights weights)
    {
        _weights = weights;
        _hidden = [.. weights.Layers.Select(_ => new AlignedArray(weights.Units))];
        _cell = [.. weights.Layers.Select(_ => new AlignedArray(weights.Units))];
        _stepGates = new AlignedArray(4 * weights.Units);
        _gates = new RowBuffer(4 * weights.Units);
        _sequence = new RowBuffer(weights.Units);
    }

    /// <summary>Back to zero state.</summary>
    public void Reset()
    {
        foreach (AlignedArray state in _hidden.Concat(_cell))
        {
            state.Span.Clear();
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
        for (int layer = 0; layer < _weights.Layers.Count; layer++)
        {
            RunLayer(layer, input, sequence, count);
            input = sequence;
        }

        Span<float> output = new(rows, count * units);
        System.Numerics.Tensors.TensorPrimitives.Add(output, _sequence.Rows, output);
    }

    private void RunLayer(int layer, float* input, float* output, int count)
    {
        int units = _weights.Units;
        LstmLayerWeights weights = _weights.Layers[layer];
        _gates.Clear();
        float* gates = _gates.Append(count);
        Gemm.Multiply(Rows(input, count), weights.Input, gates, 4 * units);
        float* hidden = _hidden[layer].Pointer;
        for (int step = 0; step < count; step++)
        {
            Gemm.MultiplyAdd(Rows(hidden, 1), weights.Recurrent, gates + ((nint)step * 4 * units), 0, _stepGates.Pointer, 0);
            Activation.LstmCell(_stepGates.Pointer, _cell[layer].Pointer, hidden, units);
            _hidden[layer].Span.CopyTo(new Span<float>(output + ((nint)step * units), units));
        }
    }

    private GemmOperand Rows(float* data, int count) => new()
    {
        Data = data,
        RowCount = count,
        RowStride = _weights.Units,
        Taps = 1,
        TapLength = _weights.Units,
    };
}
