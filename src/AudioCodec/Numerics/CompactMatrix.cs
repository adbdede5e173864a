using AudioCodec.Numerics.Vectors;

namespace AudioCodec.Numerics;

/// <summary>The right-hand matrix [K, N] of a product in a compact number format, and the row added to the product.</summary>
/// <remarks>
/// Panels of four vectors of columns, each panel row after row: a product with one or two rows reads memory in one run from the first panel to the last,
/// which is what the processor's prefetching likes best. Missing columns of the last panel are 0. Integers stand in pairs, those of two rows a vector's
/// lanes apart, and the rows are filled up to whole pairs of vectors.
/// </remarks>
internal sealed unsafe class CompactMatrix
{
    private const int PanelVectors = 4;
    private readonly AlignedArray _words;
    private readonly AlignedArray _factors;
    private readonly AlignedArray _bias;

    private CompactMatrix(WeightFormat format, int bits, int rows, int columns)
    {
        Format = format;
        Rows = rows;
        Columns = columns;
        PanelWords = checked((bits == 8 ? 2 * Pairs(rows) : rows) * PanelColumns * bits / 32);
        _words = AlignedArray.ForWeights(checked(PanelCount * PanelWords));
        _factors = new AlignedArray(PanelCount * PanelColumns);
        _bias = new AlignedArray(PanelCount * PanelColumns);
    }

    /// <summary>Format of the weights; not single precision.</summary>
    public WeightFormat Format { get; }

    /// <summary>K.</summary>
    public int Rows { get; }

    /// <summary>N.</summary>
    public int Columns { get; }

    /// <summary>Columns of a panel.</summary>
    public static int PanelColumns => PanelVectors * Simd.Lanes;

    /// <summary>Number of panels.</summary>
    public int PanelCount => (Columns + PanelColumns - 1) / PanelColumns;

    /// <summary>32-bit words of a panel.</summary>
    public int PanelWords { get; }

    /// <summary>Initial value of every row of the product, [N] and zeros up to a whole panel.</summary>
    public Span<float> Bias => _bias.Span;

    /// <summary>Address of <see cref="Bias"/>.</summary>
    public float* BiasPointer => _bias.Pointer;

    /// <summary>The matrix of the product that followed last, as a hint: its memory may be asked for early.</summary>
    public CompactMatrix? Next { get; set; }

    /// <summary>Bytes of the weights.</summary>
    public long Bytes => (long)_words.Length * sizeof(int);

    /// <summary>Packs columns that stand one after the other, [N, K], as a checkpoint's weight [outputs, inputs] does; the bias is zero.</summary>
    /// <param name="columns">Finite values.</param>
    /// <param name="rows">K.</param>
    /// <param name="format">Any but <see cref="WeightFormat.F32"/>.</param>
    public static CompactMatrix FromColumns(ReadOnlySpan<float> columns, int rows, WeightFormat format) => format switch
    {
        WeightFormat.F16 => Pack<HalfCode>(columns, rows, format),
        WeightFormat.BF16 => Pack<BFloat16Code>(columns, rows, format),
        WeightFormat.I8 => Pack<Int8Code>(columns, rows, format),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a compact format."),
    };

    /// <summary>Pairs of rows of a matrix of integers: row m * 2 * lanes + j and that lanes later are pair m * lanes + j.</summary>
    public static int Pairs(int rows) => (rows + (2 * Simd.Lanes) - 1) / (2 * Simd.Lanes) * Simd.Lanes;

    /// <summary>Address of a panel's words.</summary>
    public float* PanelPointer(int panel) => _words.Pointer + ((nint)panel * PanelWords);

    /// <summary>Address of the factors of a panel's columns.</summary>
    public float* FactorPointer(int panel) => _factors.Pointer + (panel * PanelColumns);

    private static CompactMatrix Pack<TCode>(ReadOnlySpan<float> columns, int rows, WeightFormat format)
        where TCode : struct, IWeightCode
    {
        CompactMatrix matrix = new(format, TCode.Bits, rows, columns.Length / rows);
        var codes = new uint[rows];
        for (int column = 0; column < matrix.Columns; column++)
        {
            matrix._factors.Span[column] = TCode.Encode(columns.Slice(column * rows, rows), codes);
            int panel = column / PanelColumns;
            Store<TCode>(codes, matrix.PanelPointer(panel), column - (panel * PanelColumns));
        }

        return matrix;
    }

    /// <summary>Writes the codes of a panel's column.</summary>
    private static void Store<TCode>(ReadOnlySpan<uint> codes, float* panel, int column)
        where TCode : struct, IWeightCode
    {
        if (TCode.Bits == 8)
        {
            byte* place = (byte*)panel + (2 * column);
            int two = 2 * Simd.Lanes;
            for (int k = 0; k < codes.Length; k++)
            {
                int at = (k / two * Simd.Lanes) + (k % Simd.Lanes);
                place[((nint)at * 2 * PanelColumns) + (k % two / Simd.Lanes)] = (byte)codes[k];
            }

            return;
        }

        // Two vectors of columns share a vector of words, the first in the upper halves.
        int pair = 2 * Simd.Lanes;
        ushort* half = (ushort*)panel + (column / pair * pair) + (column % Simd.Lanes * 2) + (column % pair < Simd.Lanes ? 1 : 0);
        for (int k = 0; k < codes.Length; k++)
        {
            half[(nint)k * PanelColumns] = (ushort)codes[k];
        }
    }
}
