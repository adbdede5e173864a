namespace AudioCodec.Checkpoints;

/// <summary>One tensor of a checkpoint as single-precision values.</summary>
public sealed class CheckpointTensor
{
    private readonly float[]? _values;
    private readonly Func<float[]>? _read;

    /// <summary>A tensor whose values are in memory.</summary>
    /// <param name="shape">Its dimensions, outermost first; empty for a scalar.</param>
    /// <param name="values">Row-major values; the product of <paramref name="shape"/> of them.</param>
    public CheckpointTensor(int[] shape, float[] values)
    {
        Shape = shape;
        _values = values;
    }

    /// <summary>A tensor whose values are read again at each use.</summary>
    internal CheckpointTensor(int[] shape, Func<float[]> read)
    {
        Shape = shape;
        _read = read;
    }

    /// <summary>Its dimensions, outermost first; empty for a scalar.</summary>
    public int[] Shape { get; }

    /// <summary>
    /// Row-major values; the product of <see cref="Shape"/> of them. Those of a file that is still open are read at
    /// each use, so take them once.
    /// </summary>
    /// <exception cref="CheckpointException">The values cannot be read.</exception>
    public float[] Values => _values ?? _read!(); // one of the two is there
}
