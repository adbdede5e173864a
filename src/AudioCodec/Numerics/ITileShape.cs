namespace AudioCodec.Numerics;

/// <summary>The shape of a register tile, known when the tile's code is compiled.</summary>
internal interface ITileShape
{
    /// <summary>Rows: 1, 6 or 12.</summary>
    static abstract int Rows { get; }

    /// <summary>Whether the tile has two vectors of columns; else it has one.</summary>
    static abstract bool Wide { get; }

    /// <summary>Whether B comes from memory, row after row, and is asked for ahead.</summary>
    static virtual bool Streams => false;
}

/// <summary>12 rows by 2 vectors: 24 accumulators, for instruction sets with 32 vector registers.</summary>
internal readonly struct Tile12X2 : ITileShape
{
    public static int Rows => 12;

    public static bool Wide => true;
}

/// <summary>12 rows by 1 vector.</summary>
internal readonly struct Tile12X1 : ITileShape
{
    public static int Rows => 12;

    public static bool Wide => false;
}

/// <summary>6 rows by 2 vectors: 12 accumulators, for 16 vector registers.</summary>
internal readonly struct Tile6X2 : ITileShape
{
    public static int Rows => 6;

    public static bool Wide => true;
}

/// <summary>6 rows by 1 vector.</summary>
internal readonly struct Tile6X1 : ITileShape
{
    public static int Rows => 6;

    public static bool Wide => false;
}

/// <summary>1 row by 2 vectors.</summary>
internal readonly struct Tile1X2 : ITileShape
{
    public static int Rows => 1;

    public static bool Wide => true;
}

/// <summary>1 row by 1 vector.</summary>
internal readonly struct Tile1X1 : ITileShape
{
    public static int Rows => 1;

    public static bool Wide => false;
}

/// <summary>1 row by 2 vectors that come from memory.</summary>
internal readonly struct Stream1X2 : ITileShape
{
    public static int Rows => 1;

    public static bool Wide => true;

    public static bool Streams => true;
}

/// <summary>1 row by 1 vector that comes from memory.</summary>
internal readonly struct Stream1X1 : ITileShape
{
    public static int Rows => 1;

    public static bool Wide => false;

    public static bool Streams => true;
}
