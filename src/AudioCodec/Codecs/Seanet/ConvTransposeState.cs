using AudioCodec.Numerics;

namespace AudioCodec.Codecs.Seanet;

/// <summary>A transposed convolution over chunks; ELU is applied to the input.</summary>
/// <remarks>
/// The full operation gives (T+1) * stride samples, of which stride are trimmed. A normalization is computed over all of them,
/// before the trimming (encodec, modules/conv.py).
/// </remarks>
internal sealed unsafe class ConvTransposeState : IRowLayer
{
    private readonly ConvTransposeWeights _weights;
    private readonly ConvLayer _layer;
    private readonly Executor _executor;
    private readonly RowBuffer _rows;
    private readonly GroupNorm _norm = new();
    private bool _started;
    private long _given;

    public ConvTransposeState(ConvTransposeWeights weights, Executor executor, BufferPool pool)
    {
        _weights = weights;
        _layer = weights.Layer;
        _executor = executor;
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
        AppendZeros();
        _started = false;
        _given = 0;
    }

    /// <inheritdoc/>
    public void Accept(int count, in Unfinished unfinished)
    {
        float* rows = _rows.Row(_rows.Count - count);
        _executor.Finish(rows, count, _rows.Columns, unfinished, keep: false, rows);
        _started |= count > 0;
    }

    /// <inheritdoc/>
    public int Process(bool last, RowBuffer output)
    {
        if (!_started)
        {
            return 0;
        }

        // The block after the last row is needed only if the trimming leaves part of it, or the layer is normalized.
        bool tail = last && (_layer.TrimRight < _layer.Stride || _weights.Norm is not null);
        if (tail)
        {
            AppendZeros();
        }

        int before = output.Count;
        int blocks = _rows.Count - 1;
        if (blocks > 0)
        {
            GroupNorm? norm = _weights.Norm is null ? null : _norm;
            float* destination = output.Append(blocks * _layer.Stride);
            _executor.MultiplyTwoTap(_rows.Pointer, blocks, (int)(_given & 1), _weights.Matrix, destination, norm);
            norm?.End(_weights.Norm!.Gain, _weights.Norm.Offset); // there is one where there is the other
            Trim(output, tail);
            _given += blocks;
            _rows.RemoveFirst(blocks);
        }

        return output.Count - before;
    }

    /// <inheritdoc/>
    public void Release() => _rows.Shrink();

    private void Trim(RowBuffer output, bool tail)
    {
        if (_given == 0)
        {
            output.RemoveFirst(_layer.TrimLeft);
        }

        if (tail)
        {
            output.RemoveLast(_layer.TrimRight);
        }
    }

    private void AppendZeros() => new Span<float>(_rows.Append(1), _rows.Columns).Clear();
}
