namespace AudioCodec.Numerics;

/// <summary>Addresses and strides (in floats) of one register tile.</summary>
internal unsafe struct GemmTile
{
    public float* A;
    public float* B;
    public float* Init;
    public float* C;
    public nint RowStrideA;
    public nint RowStrideInit;
    public nint RowStrideC;
    public nint TapStrideA;
    public int Taps;
    public int TapLength;

    /// <summary>Bytes from B to what is read next, for a tile whose B comes from memory.</summary>
    public nint Ahead;
}
