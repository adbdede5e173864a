namespace AudioCodec.Numerics;

/// <summary>Rows of a product with a compact matrix that are computed together, known when the code is compiled.</summary>
internal interface ICompactRows
{
    /// <summary>1, 2 or 4.</summary>
    static abstract int Count { get; }
}

/// <summary>One row.</summary>
internal readonly struct Rows1 : ICompactRows
{
    public static int Count => 1;
}

/// <summary>Two rows.</summary>
internal readonly struct Rows2 : ICompactRows
{
    public static int Count => 2;
}

/// <summary>Four rows: 16 accumulators.</summary>
internal readonly struct Rows4 : ICompactRows
{
    public static int Count => 4;
}
