namespace AudioCodec.Numerics;

/// <summary>Addresses and strides (in floats) of a product with a <see cref="CompactMatrix"/>.</summary>
internal unsafe struct CompactTile
{
    public float* A;
    public int Rows;
    public nint RowStrideA;
    public float* Init;
    public nint RowStrideInit;
    public float* C;
    public nint RowStrideC;
    public float* Scratch;

    /// <summary>Whether the result is activated by <see cref="Numerics.Gelu"/>.</summary>
    public bool Gelu;
}
