namespace AudioCodec.Benchmarks;

/// <summary>A product's size.</summary>
/// <param name="Rows">Rows of A.</param>
/// <param name="Depth">Columns of A.</param>
/// <param name="Columns">Columns of B.</param>
/// <param name="RowStride">Floats from one row of A to the next; less than the depth where rows overlap.</param>
public sealed record GemmShape(int Rows, int Depth, int Columns, int RowStride)
{
    /// <summary>The name in the table.</summary>
    public override string ToString() => $"{Rows}x{Depth}x{Columns}";
}
