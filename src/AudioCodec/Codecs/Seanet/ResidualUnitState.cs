using System.Numerics.Tensors;
using AudioCodec.Numerics;

namespace AudioCodec.Codecs.Seanet;

/// <summary>A running residual unit.</summary>
internal sealed unsafe class ResidualUnitState : IRowLayer
{
    private readonly ResidualUnitWeights _weights;
    private readonly Executor _executor;
    private readonly ConvState _reduce;

    // Input rows whose output the branch has not yet computed.
    private readonly RowBuffer _waiting;
    private readonly RowBuffer _hidden;
    private readonly RowBuffer _branch;
    private readonly GroupNorm _norm = new();
    private readonly GroupNorm _shortcutNorm = new();

    public ResidualUnitState(ResidualUnitWeights weights, Executor executor, BufferPool pool)
    {
        _weights = weights;
        _executor = executor;
        _reduce = new ConvState(weights.Reduce, activateInput: false, executor, pool);
        _waiting = new RowBuffer(weights.Reduce.Layer.InputChannels, pool);
        _hidden = new RowBuffer(weights.Reduce.Layer.OutputChannels, pool);
        _branch = new RowBuffer(weights.Expand.Layer.OutputChannels, pool);
    }

    /// <inheritdoc/>
    public RowBuffer Rows => _waiting;

    /// <inheritdoc/>
    public Unfinished Pending { get; private set; }

    /// <inheritdoc/>
    public void Reset()
    {
        _reduce.Reset();
        Release();
        _waiting.Release();
    }

    /// <inheritdoc/>
    public void Accept(int count, in Unfinished unfinished)
    {
        float* entering = _reduce.Rows.Append(count);
        _executor.Finish(_waiting.Row(_waiting.Count - count), count, _waiting.Columns, unfinished, keep: true, entering);
        _reduce.Accept(count, default);
    }

    /// <inheritdoc/>
    public int Process(bool last, RowBuffer output)
    {
        int rows = _reduce.Process(last, _hidden);
        if (rows > 0)
        {
            Pending = default;
            _executor.Finish(_hidden.Pointer, rows, _hidden.Columns, _reduce.Pending, keep: false, _hidden.Pointer);
            float* destination = output.Append(rows);
            if (_weights.Expand.Norm is null)
            {
                Sum(rows, destination);
            }
            else
            {
                SumNormalized(rows, destination);
            }

            _hidden.Release();
            _waiting.RemoveFirst(rows);
            _reduce.Release();
        }

        return rows;
    }

    /// <inheritdoc/>
    public void Release()
    {
        _branch.Release();
        _waiting.Shrink();
        Pending = default;
    }

    private void Sum(int rows, float* destination)
    {
        int channels = _waiting.Columns;
        if (_weights.Shortcut is not null)
        {
            _executor.Multiply(Operand(_waiting.Pointer, rows, channels), _weights.Shortcut.Matrix, destination, channels);
        }
        else
        {
            ReadOnlySpan<float> bias = _weights.Expand.Matrix.Bias[..channels];
            for (int row = 0; row < rows; row++)
            {
                ReadOnlySpan<float> values = new(_waiting.Row(row), channels);
                TensorPrimitives.Add(values, bias, new Span<float>(destination + ((nint)row * channels), channels));
            }
        }

        _executor.MultiplyAdd(
            Operand(_hidden.Pointer, rows, _hidden.Columns), _weights.Expand.Matrix, destination, channels, destination, channels);
    }

    private void SumNormalized(int rows, float* destination)
    {
        Measure(_weights.Expand, Operand(_hidden.Pointer, rows, _hidden.Columns), destination, _norm);
        if (_weights.Shortcut is null)
        {
            Pending = new Unfinished { Norm = _norm, Added = _waiting.Pointer };
            return;
        }

        float* shortcut = _branch.Append(rows);
        Measure(_weights.Shortcut, Operand(_waiting.Pointer, rows, _waiting.Columns), shortcut, _shortcutNorm);
        Pending = new Unfinished { Norm = _norm, Added = shortcut, AddedNorm = _shortcutNorm };
    }

    private void Measure(ConvWeights weights, in GemmOperand rows, float* destination, GroupNorm norm)
    {
        _executor.MultiplyMeasured(rows, weights.Matrix, destination, norm);
        norm.End(weights.Norm!.Gain, weights.Norm.Offset); // the caller has seen that the unit is normalized
    }

    private static GemmOperand Operand(float* data, int count, int columns) => new()
    {
        Data = data,
        RowCount = count,
        RowStride = columns,
        Taps = 1,
        TapLength = columns,
    };
}
