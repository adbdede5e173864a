namespace AudioCodec.Checkpoints;

/// <summary>One tensor of a checkpoint as single-precision values.</summary>
public sealed class CheckpointTensor
{
    private readonly float[]? _values;
    private readonly Action<Span<float>>? _read;

    /// <summary>A tensor whose values are in memory.</summary>
    /// <param name="shape">Its dimensions, outermost first; empty for a scalar.</param>
    /// <param name="values">Row-major values; the product of <paramref name="shape"/> of them.</param>
    public CheckpointTensor(int[] shape, float[] values)
    {
        Shape = shape;
        _values = values;
    }

    /// <summary>A tensor whose values are read again at each use.</summary>
    /// <param name="shape">Its dimensions.</param>
    /// <param name="read">Fills memory of as many values as the shape has.</param>
    internal CheckpointTensor(int[] shape, Action<Span<float>> read)
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
    public float[] Values => _values ?? Read();

    /// <summary>Number of values.</summary>
    internal int Count => Shape.Aggregate(1, (product, dimension) => product * dimension);

    /// <summary>Writes the values into memory that is there already: a large model's tensors one after the other leave no garbage of its size.</summary>
    /// <param name="destination">Receives <see cref="Count"/> values.</param>
    /// <exception cref="CheckpointException">The values cannot be read.</exception>
    internal void CopyTo(Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, Count, nameof(destination));
        if (_values is not null)
        {
            _values.CopyTo(destination);
            return;
        }

        _read!(destination); // One of the two is there.
    }

    private float[] Read()
    {
        float[] values = GC.AllocateUninitializedArray<float>(Count);
        CopyTo(values);
        return values;
    }
}
