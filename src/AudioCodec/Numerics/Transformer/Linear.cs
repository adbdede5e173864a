namespace AudioCodec.Numerics.Transformer;

/// <summary>A linear layer, y = x W^T + b for each row x. Read-only, shared by any number of threads.</summary>
/// <remarks>
/// A row's bits depend on that row only, not on how many are computed together or on how many threads; accuracy as <see cref="Gemm"/>.
/// A few rows are bound by reading W, which is divided among the threads by outputs. Allocates 0 B per call.
/// </remarks>
internal sealed unsafe class Linear
{
    // So many rows every thread normalizes for itself.
    private const int FewRows = 8;
    private readonly PackedMatrix? _single;
    private readonly CompactMatrix? _compact;
    private readonly bool _hasBias;

    /// <summary>Packs the weights.</summary>
    /// <param name="weight">W, [outputs, inputs]; finite unless they are kept in single precision.</param>
    /// <param name="bias">b, [outputs]; empty for none. Kept in single precision.</param>
    /// <param name="inputs">Elements of an input row.</param>
    /// <param name="format">How W is kept in memory.</param>
    public Linear(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, int inputs, WeightFormat format = WeightFormat.F32)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weight.Length % inputs, 0, nameof(weight));
        Inputs = inputs;
        Outputs = weight.Length / inputs;
        _hasBias = !bias.IsEmpty;
        if (format == WeightFormat.F32)
        {
            _single = PackedMatrix.FromColumns(weight, inputs);
        }
        else
        {
            _compact = CompactMatrix.FromColumns(weight, inputs, format);
        }

        if (_hasBias)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(bias.Length, Outputs);
            bias.CopyTo(_single is null ? _compact!.Bias : _single.Bias);
        }
    }

    /// <summary>Elements of an input row.</summary>
    public int Inputs { get; }

    /// <summary>Elements of an output row.</summary>
    public int Outputs { get; }

    /// <summary>y = x W^T + b.</summary>
    /// <param name="executor">Where to run.</param>
    /// <param name="x">Rows of <see cref="Inputs"/> floats.</param>
    /// <param name="stride">Floats from one row of <paramref name="x"/> to the next.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="y">Receives [rows, <see cref="Outputs"/>].</param>
    public void Apply(Executor executor, float* x, nint stride, int rows, float* y) => Apply(executor, x, stride, rows, y, Outputs);

    /// <summary>As <see cref="Apply(Executor, float*, nint, int, float*)"/>, with rows of <paramref name="y"/> that lie <paramref name="yStride"/> floats apart.</summary>
    public void Apply(Executor executor, float* x, nint stride, int rows, float* y, nint yStride)
    {
        if (_compact is not null)
        {
            executor.MultiplyCompact(Operand(x, stride, rows), _compact, null, 0, y, yStride);
        }
        else
        {
            executor.Multiply(Operand(x, stride, rows), _single!, y, yStride);
        }
    }

    /// <summary>y = norm(x) W^T + b, or GELU of that.</summary>
    /// <param name="executor">Where to run.</param>
    /// <param name="norm">Normalizes rows of <see cref="Inputs"/> floats.</param>
    /// <param name="x">[rows, <see cref="Inputs"/>].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="normed">Scratch: [rows, <see cref="Inputs"/>].</param>
    /// <param name="y">Receives [rows, <see cref="Outputs"/>].</param>
    /// <param name="gelu">Whether to activate.</param>
    public void ApplyNormed(Executor executor, RowNorm norm, float* x, int rows, float* normed, float* y, bool gelu = false)
    {
        CompactFusion fusion = new(_compact is not null && rows <= FewRows ? norm : null, gelu);
        if (fusion.Norm is null)
        {
            norm.Apply(x, rows, normed);
            x = normed;
        }

        if (_compact is not null)
        {
            executor.MultiplyCompact(Operand(x, Inputs, rows), _compact, null, 0, y, Outputs, fusion);
            return;
        }

        Apply(executor, x, Inputs, rows, y);
        if (gelu)
        {
            executor.Activate<Gelu>(y, y, rows * Outputs);
        }
    }

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

        if (_compact is not null)
        {
            executor.MultiplyCompact(Operand(x, Inputs, rows), _compact, y, Outputs, y, Outputs);
        }
        else
        {
            executor.MultiplyAdd(Operand(x, Inputs, rows), _single!, y, Outputs, y, Outputs);
        }
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
