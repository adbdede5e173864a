using System.Numerics.Tensors;

namespace AudioCodec.Numerics;

/// <summary>The weights of y[t] = x[t] E + x[t+1] L + bias, arranged for <see cref="TwoTapProduct"/>.</summary>
/// <remarks>
/// A convolution whose kernel is twice its stride is of this form over its input in blocks of one stride; so is a transposed one.
/// </remarks>
internal sealed class TwoTapMatrix
{
    /// <summary>Makes zero weights of <paramref name="rows"/> (K) by <paramref name="columns"/> (N), with zero bias.</summary>
    public TwoTapMatrix(int rows, int columns)
    {
        Early = new PackedMatrix(rows, columns);
        Late = new PackedMatrix(rows, columns);
        Sum = new PackedMatrix(rows, columns);
    }

    /// <summary>Floats of one x[t], K.</summary>
    public int Rows => Sum.Rows;

    /// <summary>N.</summary>
    public int Columns => Sum.Columns;

    /// <summary>The bias, [N] and zeros up to a whole vector.</summary>
    public Span<float> Bias => Sum.Bias;

    /// <summary>E; its bias is not used.</summary>
    public PackedMatrix Early { get; }

    /// <summary>L; its bias is not used.</summary>
    public PackedMatrix Late { get; }

    /// <summary>E + L, with the bias.</summary>
    public PackedMatrix Sum { get; }

    /// <summary>Sets row <paramref name="row"/> of both factors.</summary>
    /// <param name="row">0 to K - 1.</param>
    /// <param name="early">[N], of E.</param>
    /// <param name="late">[N], of L; overwritten.</param>
    public void SetRow(int row, ReadOnlySpan<float> early, Span<float> late)
    {
        Early.SetRow(row, early);
        Late.SetRow(row, late);
        TensorPrimitives.Add(early, late, late);
        Sum.SetRow(row, late);
    }

    /// <summary>Sets the columns of a panel of both factors.</summary>
    /// <param name="panel">Which panel.</param>
    /// <param name="early">[columns of the panel that exist, K], of E.</param>
    /// <param name="late">The same of L; overwritten.</param>
    public void SetPanel(int panel, ReadOnlySpan<float> early, Span<float> late)
    {
        Early.SetPanel(panel, early);
        Late.SetPanel(panel, late);
        TensorPrimitives.Add(early, late, late);
        Sum.SetPanel(panel, late);
    }
}
