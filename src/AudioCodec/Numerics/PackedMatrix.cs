namespace AudioCodec.Numerics;

/// <summary>
/// The right-hand matrix [K, N] of a product and the row added to it, laid out for the register tiles: panels of two
/// vectors of columns, each panel row after row; a last panel of one vector where that is enough. Missing columns are 0.
/// </summary>
internal sealed unsafe class PackedMatrix
{
    private readonly AlignedArray _panels;
    private readonly AlignedArray _bias;

    /// <summary>Makes a zero matrix of <paramref name="rows"/> (K) by <paramref name="columns"/> (N), with zero bias.</summary>
    public PackedMatrix(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        Rows = rows;
        Columns = columns;
        int vectors = (columns + Simd.Lanes - 1) / Simd.Lanes;
        _panels = new AlignedArray(checked(rows * vectors * Simd.Lanes));
        _bias = new AlignedArray(vectors * Simd.Lanes);
    }

    /// <summary>K.</summary>
    public int Rows { get; }

    /// <summary>N.</summary>
    public int Columns { get; }

    /// <summary>Columns of a full panel.</summary>
    public static int PanelColumns => 2 * Simd.Lanes;

    /// <summary>Number of panels, the last one perhaps narrower.</summary>
    public int PanelCount => (Columns + PanelColumns - 1) / PanelColumns;

    /// <summary>What every row of the product starts from, [N] and zeros up to a whole vector.</summary>
    public Span<float> Bias => _bias.Span;

    /// <summary>Address of <see cref="Bias"/>.</summary>
    public float* BiasPointer => _bias.Pointer;

    /// <summary>Sets column <paramref name="column"/> to <paramref name="values"/> [K].</summary>
    public void SetColumn(int column, ReadOnlySpan<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Columns);
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, Rows);
        int panel = column / PanelColumns;
        int width = PanelVectors(panel) * Simd.Lanes;
        Span<float> destination = _panels.Span.Slice(panel * PanelColumns * Rows, width * Rows);
        int place = column % PanelColumns;
        foreach (float value in values)
        {
            destination[place] = value;
            place += width;
        }
    }

    /// <summary>Vectors of columns in a panel: 2, or 1 in a last panel where that is enough.</summary>
    public int PanelVectors(int panel) =>
        (Math.Min(PanelColumns, Columns - (panel * PanelColumns)) + Simd.Lanes - 1) / Simd.Lanes;

    /// <summary>Address of a panel.</summary>
    public float* PanelPointer(int panel) => _panels.Pointer + ((nint)panel * PanelColumns * Rows);
}
