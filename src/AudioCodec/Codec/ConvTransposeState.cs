using AudioCodec.Numerics;

namespace AudioCodec.Codec;

/// <summary>A transposed convolution that takes its input in chunks; ELU is applied to the input.</summary>
/// <remarks>
/// Of the (T+1) * stride samples that the full operation gives, stride are trimmed: causal from the right, else the larger
/// half from the left. A normalization sees them all, before the trimming (encodec, modules/conv.py).
/// </remarks>
internal sealed unsafe class ConvTransposeState
{
    private readonly ConvTransposeWeights _weights;
    private readonly Executor _executor;
    private readonly int _trimLeft;
    private readonly int _trimRight;
    private readonly RowBuffer _rows;
    private readonly GroupNorm _norm = new();
    private bool _started;

    public ConvTransposeState(ConvTransposeWeights weights, bool causal, Executor executor)
    {
        _weights = weights;
        _executor = executor;
        _trimRight = causal ? weights.Stride : weights.Stride / 2;
        _trimLeft = weights.Stride - _trimRight;
        _rows = new RowBuffer(weights.InputChannels);
        Reset();
    }

    /// <summary>Forgets the signal.</summary>
    public void Reset()
    {
        _rows.Clear();
        AppendZeros();
        _started = false;
    }

    /// <summary>Takes rows and gives the output rows that they complete.</summary>
    /// <param name="rows">[count, input channels].</param>
    /// <param name="count">Rows that come in; may be 0.</param>
    /// <param name="last">Whether the signal ends here. A normalized layer takes the whole signal in one call.</param>
    /// <param name="output">Output rows are added here; it must be empty.</param>
    /// <returns>Rows added.</returns>
    public int Process(float* rows, int count, bool last, RowBuffer output)
    {
        _executor.Elu(rows, _rows.Append(count), count * _rows.Columns);
        bool any = _started || count > 0;
        if (!any)
        {
            return 0;
        }

        // The block after the last row is needed only where something of it survives the trimming, or is normalized.
        bool tail = last && (_trimRight < _weights.Stride || _weights.Norm is not null);
        if (tail)
        {
            AppendZeros();
        }

        int blocks = _rows.Count - 1;
        float* destination = output.Append(blocks * _weights.Stride);
        Multiply(blocks, destination);
        _rows.RemoveFirst(blocks);
        Trim(output, tail);
        return output.Count;
    }

    private void Multiply(int blocks, float* destination)
    {
        GemmOperand pairs = new()
        {
            Data = _rows.Pointer,
            RowCount = blocks,
            RowStride = _weights.InputChannels,
            Taps = 1,
            TapLength = 2 * _weights.InputChannels,
        };
        if (_weights.Norm is null)
        {
            _executor.Multiply(pairs, _weights.Matrix, destination, _weights.Matrix.Columns);
            return;
        }

        _executor.MultiplyMeasured(pairs, _weights.Matrix, destination, _norm);
        _norm.End(_weights.Norm.Gain, _weights.Norm.Offset);
        _norm.Apply(destination, blocks * _weights.Matrix.Columns);
    }

    private void Trim(RowBuffer output, bool tail)
    {
        if (!_started)
        {
            output.RemoveFirst(_trimLeft);
            _started = true;
        }

        if (tail)
        {
            output.RemoveLast(_trimRight);
        }
    }

    private void AppendZeros() => new Span<float>(_rows.Append(1), _rows.Columns).Clear();
}
