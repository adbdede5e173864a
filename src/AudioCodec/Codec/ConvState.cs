using AudioCodec.Numerics;

namespace AudioCodec.Codec;

/// <summary>A convolution that takes its input in chunks: what has come and is still needed, and how the ends are padded.</summary>
/// <remarks>
/// Padding as in the reference (encodec, modules/conv.py): kernel - stride rows in all, on the left if causal, else the
/// larger half on the left; at the end also what completes the last output row. Reflection at the start needs the first
/// rows before anything can come out; where the whole signal is too short to reflect, zeros follow it first.
/// </remarks>
internal sealed unsafe class ConvState
{
    private readonly ConvWeights _weights;
    private readonly PaddingMode _mode;
    private readonly Executor _executor;
    private readonly bool _activateInput;
    private readonly int _padLeft;
    private readonly int _padRight;
    private readonly RowBuffer _rows;
    private readonly GroupNorm _norm = new();

    // Row of the buffer where the next output row's window starts; rows before it may be needed to reflect the end.
    private int _window;
    private long _received;
    private bool _startPadded;

    public ConvState(ConvWeights weights, bool causal, PaddingMode mode, bool activateInput, Executor executor)
    {
        _weights = weights;
        _mode = mode;
        _executor = executor;
        _activateInput = activateInput;
        int padTotal = weights.Reach - weights.Stride;
        _padRight = causal ? 0 : padTotal / 2;
        _padLeft = padTotal - _padRight;
        _rows = new RowBuffer(weights.InputChannels);
        Reset();
    }

    /// <summary>Forgets the signal.</summary>
    public void Reset()
    {
        _rows.Clear();
        new Span<float>(_rows.Append(_padLeft), _padLeft * _rows.Columns).Clear();
        _window = 0;
        _received = 0;
        _startPadded = _mode == PaddingMode.Constant;
    }

    /// <summary>Takes rows and gives the output rows that they complete.</summary>
    /// <param name="rows">[count, input channels].</param>
    /// <param name="count">Rows that come in; may be 0.</param>
    /// <param name="last">Whether the signal ends here. A normalized layer takes the whole signal in one call.</param>
    /// <param name="output">Output rows are added here.</param>
    /// <returns>Rows added.</returns>
    public int Process(float* rows, int count, bool last, RowBuffer output)
    {
        Take(rows, count);
        if (!_startPadded && _received > _padLeft)
        {
            PadStart(_received);
        }

        if (last && _received > 0)
        {
            PadEnd();
        }

        int frames = !_startPadded || _rows.Count - _window < _weights.Reach
            ? 0
            : ((_rows.Count - _window - _weights.Reach) / _weights.Stride) + 1;
        if (frames > 0)
        {
            float* destination = output.Append(frames);
            Multiply(frames, destination);
            Forget(frames);
        }

        return frames;
    }

    private void Take(float* rows, int count)
    {
        float* destination = _rows.Append(count);
        int length = count * _rows.Columns;
        if (_activateInput)
        {
            _executor.Elu(rows, destination, length);
        }
        else
        {
            new ReadOnlySpan<float>(rows, length).CopyTo(new Span<float>(destination, length));
        }

        _received += count;
    }

    private void Multiply(int frames, float* destination)
    {
        int channels = _weights.InputChannels;
        bool contiguous = _weights.Dilation == 1;
        GemmOperand windows = new()
        {
            Data = _rows.Row(_window),
            RowCount = frames,
            RowStride = (nint)_weights.Stride * channels,
            Taps = contiguous ? 1 : _weights.Kernel,
            TapLength = contiguous ? _weights.Kernel * channels : channels,
            TapStride = contiguous ? 0 : (nint)_weights.Dilation * channels,
        };
        if (_weights.Norm is null)
        {
            _executor.Multiply(windows, _weights.Matrix, destination, _weights.OutputChannels);
            return;
        }

        _executor.MultiplyMeasured(windows, _weights.Matrix, destination, _norm);
        _norm.End(_weights.Norm.Gain, _weights.Norm.Offset);
        _norm.Apply(destination, frames * _weights.OutputChannels);
    }

    private void Forget(int frames)
    {
        _window += frames * _weights.Stride;
        int keep = _padRight + _weights.Stride;
        int dropped = Math.Max(0, Math.Min(_window, _rows.Count - keep));
        _rows.RemoveFirst(dropped);
        _window -= dropped;
    }

    /// <summary>Fills the rows before the first; row i of the signal is row padLeft + i of the buffer.</summary>
    private void PadStart(long extended)
    {
        for (int i = 1; i <= _padLeft; i++)
        {
            CopyRow(Reflect(-i, extended), _padLeft, _rows.Row(_padLeft - i));
        }

        _startPadded = true;
    }

    private void PadEnd()
    {
        int stride = _weights.Stride;
        int extra = (int)((stride - (_received % stride)) % stride);
        int right = _padRight + extra;
        int longest = Math.Max(_padLeft, right);
        long extended = _mode == PaddingMode.Reflect && _received <= longest ? longest + 1 : _received;
        if (!_startPadded)
        {
            PadStart(extended);
        }

        int present = _rows.Count;
        float* added = _rows.Append(right);
        for (int i = 0; i < right; i++)
        {
            float* destination = added + ((nint)i * _rows.Columns);
            if (_mode == PaddingMode.Constant)
            {
                new Span<float>(destination, _rows.Columns).Clear();
            }
            else
            {
                // Buffer row of signal row p: the last signal row is buffer row present - 1.
                CopyRow(Reflect(_received + i, extended), present - _received, destination);
            }
        }
    }

    private static long Reflect(long position, long length) =>
        position < 0 ? -position : position >= length ? (2 * (length - 1)) - position : position;

    private void CopyRow(long position, long offset, float* destination)
    {
        Span<float> target = new(destination, _rows.Columns);
        if (position >= _received)
        {
            target.Clear();
        }
        else
        {
            new ReadOnlySpan<float>(_rows.Row((int)(position + offset)), _rows.Columns).CopyTo(target);
        }
    }
}
