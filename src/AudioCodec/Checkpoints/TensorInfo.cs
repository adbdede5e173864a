namespace AudioCodec.Checkpoints;

/// <summary>Name, type and shape of a tensor in a checkpoint.</summary>
/// <param name="Name">Name in the file.</param>
/// <param name="Type">Element type in the file.</param>
/// <param name="Shape">Dimensions, outermost first; empty for a scalar.</param>
public sealed record TensorInfo(string Name, TensorType Type, int[] Shape)
{
    /// <summary>Number of elements: the product of <see cref="Shape"/>, 1 for a scalar.</summary>
    public int Count => Shape.Aggregate(1, (product, dimension) => product * dimension);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Type} [{string.Join(", ", Shape)}]";
}
