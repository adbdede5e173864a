namespace AudioCodec.Numerics;

/// <summary>
/// The left-hand matrix of a product, read in place: row r consists of <see cref="Taps"/> pieces of
/// <see cref="TapLength"/> floats, piece j at <c>r * RowStride + j * TapStride</c>. Rows may overlap, which is how a
/// convolution over channels-last rows is a plain product.
/// </summary>
internal unsafe struct GemmOperand
{
    public float* Data;
    public int RowCount;
    public nint RowStride;
    public int Taps;
    public int TapLength;
    public nint TapStride;

    /// <summary>Floats per row, K.</summary>
    public readonly int Depth => Taps * TapLength;
}
