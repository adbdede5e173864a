using System.Numerics.Tensors;
using AudioCodec.Numerics;

namespace AudioCodec.Codec;

/// <summary>A running residual unit.</summary>
internal sealed unsafe class ResidualUnitState
{
    private readonly ResidualUnitWeights _weights;
    private readonly Executor _executor;
    private readonly ConvState _reduce;
    private readonly RowBuffer _waiting;
    private readonly RowBuffer _hidden;
    private readonly RowBuffer _branch;
    private readonly GroupNorm _norm = new();
    private readonly GroupNorm _shortcutNorm = new();

    public ResidualUnitState(ResidualUnitWeights weights, bool causal, PaddingMode mode, Executor executor)
    {
        _weights = weights;
        _executor = executor;
        _reduce = new ConvState(weights.Reduce, causal, mode, activateInput: true, executor);
        _waiting = new RowBuffer(weights.Reduce.InputChannels);
        _hidden = new RowBuffer(weights.Reduce.OutputChannels);
        _branch = new RowBuffer(weights.Expand.OutputChannels);
    }

    /// <summary>Forgets the signal.</summary>
    public void Reset()
    {
        _reduce.Reset();
        _waiting.Clear();
    }

    /// <summary>Takes rows and gives those that are complete.</summary>
    /// <param name="input">[count, C].</param>
    /// <param name="count">Rows that come in; may be 0.</param>
    /// <param name="last">Whether the signal ends here.</param>
    /// <param name="output">[*, C], rows are added here.</param>
    /// <returns>Rows added.</returns>
    public int Process(float* input, int count, bool last, RowBuffer output)
    {
        _waiting.Append(new ReadOnlySpan<float>(input, count * _waiting.Columns));
        _hidden.Clear();
        int rows = _reduce.Process(input, count, last, _hidden);
        if (rows == 0)
        {
            return 0;
        }

        _executor.Elu(_hidden.Pointer, _hidden.Pointer, rows * _hidden.Columns);
        float* destination = output.Append(rows);
        if (_weights.Expand.Norm is null)
        {
            Sum(rows, destination);
        }
        else
        {
            SumNormalized(rows, destination);
        }

        _waiting.RemoveFirst(rows);
        return rows;
    }

    private void Sum(int rows, float* destination)
    {
        int channels = _waiting.Columns;
        if (_weights.Shortcut is not null)
        {
            _executor.Multiply(Rows(_waiting.Pointer, rows, channels), _weights.Shortcut.Matrix, destination, channels);
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
            Rows(_hidden.Pointer, rows, _hidden.Columns), _weights.Expand.Matrix, destination, channels, destination, channels);
    }

    private void SumNormalized(int rows, float* destination)
    {
        int channels = _waiting.Columns;
        int length = rows * channels;
        Measure(_weights.Expand, Rows(_hidden.Pointer, rows, _hidden.Columns), destination, _norm);
        if (_weights.Shortcut is null)
        {
            _norm.Apply(destination, length);
            Span<float> sum = new(destination, length);
            TensorPrimitives.Add(sum, _waiting.Rows[..length], sum);
            return;
        }

        _branch.Clear();
        float* shortcut = _branch.Append(rows);
        Measure(_weights.Shortcut, Rows(_waiting.Pointer, rows, channels), shortcut, _shortcutNorm);
        _norm.ApplyAndAdd(destination, _shortcutNorm, shortcut, length);
    }

    private void Measure(ConvWeights weights, in GemmOperand rows, float* destination, GroupNorm norm)
    {
        _executor.MultiplyMeasured(rows, weights.Matrix, destination, norm);
        norm.End(weights.Norm!.Gain, weights.Norm.Offset); // the caller has seen that the unit is normalized
    }

    private static GemmOperand Rows(float* data, int count, int columns) => new()
    {
        Data = data,
        RowCount = count,
        RowStride = columns,
        Taps = 1,
        TapLength = columns,
    };
}
