namespace AudioCodec.Numerics.Transformer;

/// <summary>A linear layer, y = x W^T + b for each row x. Read-only, shared by any number of threads.</summary>
/// <remarks>
/// A row's bits depend on that row only, not on how many are computed together or on how many threads; accuracy as <see cref="Gemm"/>.
/// A few rows are bound by reading W, which is divided among the threads by outputs. Allocates 0 B per call.
/// </remarks>
internal sealed unsafe class Linear
{
    private readonly PackedMatrix _weight;
    private readonly bool _hasBias;

    /// <summary>Packs the weights.</summary>
    /// <param name="weight">W, [outputs, inputs].</param>
    /// <param name="bias">b, [outputs]; empty for none.</param>
    /// <param name="inputs">Elements of an input row.</param>
    public Linear(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, int inputs)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weight.Length % inputs, 0, nameof(weight));
        _weight = PackedMatrix.FromColumns(weight, inputs);
        if (!bias.IsEmpty)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(bias.Length, Outputs);
            bias.CopyTo(_weight.Bias);
            _hasBias = true;
        }
    }

    /// <summary>Elements of an input row.</summary>
    public int Inputs => _weight.Rows;

    /// <summary>Elements of an output row.</summary>
    public int Outputs => _weight.Columns;

    /// <summary>y = x W^T + b.</summary>
    /// <param name="executor">Where to run.</param>
    /// <param name="x">Rows of <see cref="Inputs"/> floats.</param>
    /// <param name="stride">Floats from one row of <paramref name="x"/> to the next.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="y">Receives [rows, <see cref="Outputs"/>].</param>
    public void Apply(Executor executor, float* x, nint stride, int rows, float* y) => Apply(executor, x, stride, rows, y, Outputs);

    /// <summary>As <see cref="Apply(Executor, float*, nint, int, float*)"/>, with rows of <paramref name="y"/> that lie <paramref name="yStride"/> floats apart.</summary>
    public void Apply(Executor executor, float* x, nint stride, int rows, float* y, nint yStride) =>
        executor.Multiply(Operand(x, stride, rows), _weight, y, yStride);

    /// <summary>y = y + x W^T, as a residual connection adds a branch; for a layer without bias.</summary>
    /// <param name="executor">Where to run.</param>
    /// <param name="x">[rows, <see cref="Inputs"/>].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="y">[rows, <see cref="Outputs"/>], updated.</param>
    /// <exception cref="InvalidOperationException">The layer has a bias.</exception>
    public void AddTo(Executor executor, float* x, int rows, float* y)
    {
        if (_hasBias)
        {
            throw new InvalidOperationException("A linear layer with a bias cannot add its result to another.");
        }

        executor.MultiplyAdd(Operand(x, Inputs, rows), _weight, y, Outputs, y, Outputs);
    }

    private GemmOperand Operand(float* x, nint stride, int rows) => new()
    {
        Data = x,
        RowCount = rows,
        RowStride = stride,
        Taps = 1,
        TapLength = Inputs,
    };
}
