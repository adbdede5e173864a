namespace AudioCodec.Numerics;

/// <summary>Some queries of one sequence and head, with addresses and strides in floats.</summary>
internal unsafe struct AttentionBlock
{
    /// <summary>[<see cref="Rows"/>, <see cref="HeadWidth"/>], times the scale.</summary>
    public float* Queries;

    public nint QueryStride;
    public int Rows;
    public int HeadWidth;

    /// <summary>Of one head; laid out as a cache of keys and values lays them out.</summary>
    public float* Keys;

    /// <summary>Of one head.</summary>
    public float* Values;

    /// <summary>What a position's 16-bit integers are multiplied by, [<see cref="Positions"/>]; null if keys and values are floats.</summary>
    public float* KeyUnits;

    /// <summary>The same of the values.</summary>
    public float* ValueUnits;

    /// <summary>Bytes from the keys to those that are read next.</summary>
    public nint KeysAhead;

    /// <summary>The same of the values.</summary>
    public nint ValuesAhead;

    /// <summary>Positions of the cache, in whole panels.</summary>
    public int Positions;

    /// <summary>Elements per head in whole vectors; of integers, in whole pairs of vectors.</summary>
    public int ValueWidth;

    /// <summary>Positions that no query sees beyond.</summary>
    public int Limit;

    /// <summary>Positions that the first query sees, each following one more; at least <see cref="Limit"/> where all see as many.</summary>
    public int FirstVisible;

    /// <summary>Terms of the scores, or null.</summary>
    public float* Bias;

    public nint BiasStride;

    /// <summary>Scratch: [<see cref="Rows"/>, <see cref="ScoreStride"/>], [<see cref="Rows"/>, <see cref="ValueWidth"/>], and for integers a panel of keys or values.</summary>
    public float* Scores;

    public int ScoreStride;
    public float* Output;
    public nint OutputStride;

    /// <summary>Positions that a query sees.</summary>
    public readonly int Visible(int row) => (int)Math.Min(Limit, (long)FirstVisible + row);
}
