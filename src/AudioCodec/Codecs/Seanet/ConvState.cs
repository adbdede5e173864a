using AudioCodec.Codecs.Configuration;
using AudioCodec.Numerics;

namespace AudioCodec.Codecs.Seanet;

/// <summary>A convolution over chunks: keeps the input that is still needed, and pads the ends.</summary>
/// <remarks>
/// Padding as in the reference (encodec, modules/conv.py): that of the layer, and at the end also the rows that complete the last
/// output row. Reflection at the start delays the first output until enough rows have arrived; a signal that is too short to
/// reflect is first extended with zeros.
/// </remarks>
internal sealed unsafe class ConvState : IRowLayer
{
    private readonly ConvWeights _weights;
    private readonly ConvLayer _layer;
    private readonly Executor _executor;
    private readonly bool _activateInput;
    private readonly RowBuffer _rows;
    private readonly GroupNorm _norm = new();

    // Row of the buffer where the next output row's window starts; rows before it may be needed to reflect the end.
    private int _window;
    private long _received;
    private long _given;
    private bool _startPadded;

    public ConvState(ConvWeights weights, bool activateInput, Executor executor, BufferPool pool)
    {
        _weights = weights;
        _layer = weights.Layer;
        _executor = executor;
        _activateInput = activateInput;
        _rows = new RowBuffer(_layer.InputChannels, pool);
        Reset();
    }

    /// <inheritdoc/>
    public RowBuffer Rows => _rows;

    /// <inheritdoc/>
    public Unfinished Pending => new() { Norm = _weights.Norm is null ? null : _norm };

    /// <inheritdoc/>
    public void Reset()
    {
        _rows.Release();
        new Span<float>(_rows.Append(_layer.PadLeft), _layer.PadLeft * _rows.Columns).Clear();
        _window = 0;
        _received = 0;
        _given = 0;
        _startPadded = _layer.Padding == PaddingMode.Constant;
    }

    /// <inheritdoc/>
    public void Accept(int count, in Unfinished unfinished)
    {
        float* rows = _rows.Row(_rows.Count - count);
        _executor.Finish(rows, count, _rows.Columns, unfinished, keep: !_activateInput, _activateInput ? rows : null);
        _received += count;
    }

    /// <inheritdoc/>
    public int Process(bool last, RowBuffer output)
    {
        if (!_startPadded && _received > _layer.PadLeft)
        {
            PadStart(_received);
        }

        if (last && _received > 0)
        {
            PadEnd();
        }

        int frames = !_startPadded || _rows.Count - _window < _layer.Reach
            ? 0
            : ((_rows.Count - _window - _layer.Reach) / _layer.Stride) + 1;
        if (frames > 0)
        {
            Multiply(frames, output.Append(frames));
            _given += frames;
            Forget(frames);
        }

        if (last)
        {
            _rows.Clear();
        }

        return frames;
    }

    /// <inheritdoc/>
    public void Release() => _rows.Shrink();

    private void Multiply(int frames, float* destination)
    {
        int channels = _layer.InputChannels;
        GroupNorm? norm = _weights.Norm is null ? null : _norm;
        if (_weights.TwoTap is TwoTapMatrix pairs)
        {
            _executor.MultiplyTwoTap(_rows.Row(_window), frames, (int)(_given & 1), pairs, destination, norm);
        }
        else
        {
            MultiplyWindows(frames, channels, destination, norm);
        }

        norm?.End(_weights.Norm!.Gain, _weights.Norm.Offset); // there is one where there is the other
    }

    private void MultiplyWindows(int frames, int channels, float* destination, GroupNorm? norm)
    {
        bool contiguous = _layer.Dilation == 1;
        GemmOperand windows = new()
        {
            Data = _rows.Row(_window),
            RowCount = frames,
            RowStride = (nint)_layer.Stride * channels,
            Taps = contiguous ? 1 : _layer.Kernel,
            TapLength = contiguous ? _layer.Kernel * channels : channels,
            TapStride = contiguous ? 0 : (nint)_layer.Dilation * channels,
        };
        if (norm is null)
        {
            _executor.Multiply(windows, _weights.Matrix, destination, _layer.OutputChannels);
        }
        else
        {
            _executor.MultiplyMeasured(windows, _weights.Matrix, destination, norm);
        }
    }

    private void Forget(int frames)
    {
        _window += frames * _layer.Stride;
        int keep = _layer.PadRight + _layer.Stride;
        int dropped = Math.Max(0, Math.Min(_window, _rows.Count - keep));
        _rows.RemoveFirst(dropped);
        _window -= dropped;
    }

    /// <summary>Fills the rows before the first; row i of the signal is row padLeft + i of the buffer.</summary>
    private void PadStart(long extended)
    {
        for (int i = 1; i <= _layer.PadLeft; i++)
        {
            CopyRow(Reflect(-i, extended), _layer.PadLeft, _rows.Row(_layer.PadLeft - i));
        }

        _startPadded = true;
    }

    private void PadEnd()
    {
        int stride = _layer.Stride;
        int extra = (int)((stride - (_received % stride)) % stride);
        int right = _layer.PadRight + extra;
        int longest = Math.Max(_layer.PadLeft, right);
        long extended = _layer.Padding == PaddingMode.Reflect && _received <= longest ? longest + 1 : _received;
        if (!_startPadded)
        {
            PadStart(extended);
        }

        int present = _rows.Count;
        float* added = _rows.Append(right);
        for (int i = 0; i < right; i++)
        {
            float* destination = added + ((nint)i * _rows.Columns);
            if (_layer.Padding == PaddingMode.Constant)
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
