using AudioCodec.Numerics.Vectors;

namespace AudioCodec.Numerics;

/// <summary>
/// The right-hand matrix [K, N] of a product and the row added to it, laid out for the register tiles: panels of two
/// vectors of columns, each panel row after row; a last panel of one vector where that is enough. Missing columns are 0.
/// A slim matrix, of at most a quarter vector of columns, is laid out column after column, for products along K.
/// </summary>
internal sealed unsafe class PackedMatrix
{
    private readonly AlignedArray _panels;
    private readonly AlignedArray _bias;

    /// <summary>Makes a zero matrix of <paramref name="rows"/> (K) by <paramref name="columns"/> (N), with zero bias.</summary>
    /// <param name="rows">K.</param>
    /// <param name="columns">N.</param>
    /// <param name="maySlim">Whether few columns may be laid out one after the other; if not, products may also use the first rows alone.</param>
    public PackedMatrix(int rows, int columns, bool maySlim = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        Rows = rows;
        Columns = columns;
        int vectors = (columns + Simd.Lanes - 1) / Simd.Lanes;
        IsSlim = maySlim && 4 * columns <= Simd.Lanes;
        _panels = AlignedArray.ForWeights(checked(rows * (IsSlim ? columns : vectors * Simd.Lanes)));
        _bias = new AlignedArray(vectors * Simd.Lanes);
    }

    /// <summary>Packs columns that stand one after the other, [N, K], as a checkpoint's weight [outputs, inputs] does; the bias is zero.</summary>
    public static PackedMatrix FromColumns(ReadOnlySpan<float> columns, int rows)
    {
        PackedMatrix matrix = new(rows, columns.Length / rows);
        int panelLength = PanelColumns * rows;
        for (int panel = 0; panel < matrix.PanelCount; panel++)
        {
            int first = panel * panelLength;
            matrix.SetPanel(panel, columns[first..Math.Min(columns.Length, first + panelLength)]);
        }

        return matrix;
    }

    /// <summary>K.</summary>
    public int Rows { get; }

    /// <summary>N.</summary>
    public int Columns { get; }

    /// <summary>Whether the columns are so few that they are kept one after the other, in one panel.</summary>
    public bool IsSlim { get; }

    /// <summary>Columns of a full panel.</summary>
    public static int PanelColumns => 2 * Simd.Lanes;

    /// <summary>Number of panels; the last one may be narrower.</summary>
    public int PanelCount => (Columns + PanelColumns - 1) / PanelColumns;

    /// <summary>Initial value of every row of the product, [N] and zeros up to a whole vector.</summary>
    public Span<float> Bias => _bias.Span;

    /// <summary>Address of <see cref="Bias"/>.</summary>
    public float* BiasPointer => _bias.Pointer;

    /// <summary>Sets a panel's columns.</summary>
    /// <param name="panel">Which panel.</param>
    /// <param name="columns">[columns of the panel that exist, K]: column after column.</param>
    public void SetPanel(int panel, ReadOnlySpan<float> columns)
    {
        const int Run = 16;
        int count = Math.Min(PanelColumns, Columns - (panel * PanelColumns));
        ArgumentOutOfRangeException.ThrowIfNotEqual(columns.Length, count * Rows);
        if (IsSlim)
        {
            columns.CopyTo(_panels.Span);
            return;
        }

        int width = PanelVectors(panel) * Simd.Lanes;
        Span<float> destination = _panels.Span.Slice(panel * PanelColumns * Rows, width * Rows);

        // A few rows of all columns at a time, so that the output stays in the first-level cache.
        for (int first = 0; first < Rows; first += Run)
        {
            int run = Math.Min(Run, Rows - first);
            for (int column = 0; column < count; column++)
            {
                ReadOnlySpan<float> source = columns.Slice((column * Rows) + first, run);
                for (int i = 0, at = (first * width) + column; i < source.Length; i++, at += width)
                {
                    destination[at] = source[i];
                }
            }
        }
    }

    /// <summary>Sets row <paramref name="row"/> to <paramref name="values"/> [N].</summary>
    public void SetRow(int row, ReadOnlySpan<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows);
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, Columns);
        for (int column = 0; IsSlim && column < Columns; column++)
        {
            _panels.Span[(column * Rows) + row] = values[column];
        }

        for (int panel = 0; !IsSlim && panel < PanelCount; panel++)
        {
            int width = PanelVectors(panel) * Simd.Lanes;
            int first = panel * PanelColumns;
            values[first..Math.Min(Columns, first + PanelColumns)]
                .CopyTo(_panels.Span.Slice((first * Rows) + (row * width), width));
        }
    }

    /// <summary>Sets column <paramref name="column"/> of a matrix that is not slim to <paramref name="values"/> [K].</summary>
    public void SetColumn(int column, ReadOnlySpan<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Columns);
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, Rows);
        int panel = column / PanelColumns;
        int width = PanelVectors(panel) * Simd.Lanes;
        float* destination = PanelPointer(panel) + (column % PanelColumns);
        for (int row = 0; row < values.Length; row++)
        {
            destination[row * width] = values[row];
        }
    }

    /// <summary>Vectors of columns in a panel: 2, or 1 in a last panel where that is enough.</summary>
    public int PanelVectors(int panel) =>
        (Math.Min(PanelColumns, Columns - (panel * PanelColumns)) + Simd.Lanes - 1) / Simd.Lanes;

    /// <summary>Address of a panel.</summary>
    public float* PanelPointer(int panel) => _panels.Pointer + ((nint)panel * PanelColumns * Rows);
}
