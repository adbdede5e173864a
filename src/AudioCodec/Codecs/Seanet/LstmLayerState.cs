using AudioCodec.Numerics;
using AudioCodec.Numerics.Vectors;

namespace AudioCodec.Codecs.Seanet;

/// <summary>A running LSTM layer.</summary>
internal sealed unsafe class LstmLayerState
{
    private readonly LstmLayerWeights _weights;
    private readonly AlignedArray _cell;
    private readonly RowBuffer _gates;

    // Each step reads one of the two and writes the other.
    private AlignedArray _hidden;
    private AlignedArray _next;
    private bool _backward;

    public LstmLayerState(LstmLayerWeights weights)
    {
        _weights = weights;
        int padded = weights.Recurrent.Blocks * Simd.Lanes;
        _cell = new AlignedArray(padded);
        _hidden = new AlignedArray(padded);
        _next = new AlignedArray(padded);
        _gates = new RowBuffer(weights.Input.Columns);
    }

    /// <summary>Sets the state to zero.</summary>
    public void Reset()
    {
        _cell.Span.Clear();
        _hidden.Span.Clear();
    }

    /// <summary>Runs the layer over some steps.</summary>
    /// <param name="input">[count, H].</param>
    /// <param name="output">Receives [count, H].</param>
    /// <param name="count">Number of steps.</param>
    public void Process(float* input, float* output, int count)
    {
        RecurrentMatrix recurrent = _weights.Recurrent;
        int units = recurrent.Units;
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
        Gemm.Multiply(inputs, _weights.Input, gates, _gates.Columns);
        for (int step = 0; step < count; step++)
        {
            LstmKernel.Step(
                recurrent,
                gates + ((nint)step * _gates.Columns),
                _hidden.Pointer,
                _cell.Pointer,
                _next.Pointer,
                _backward);
            _backward = !_backward;
            _next.Span[..units].CopyTo(new Span<float>(output + ((nint)step * units), units));
            (_hidden, _next) = (_next, _hidden);
        }
    }
}
