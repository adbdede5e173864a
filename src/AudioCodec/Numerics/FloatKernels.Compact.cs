using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace AudioCodec.Numerics;

/// <content>Products with weights in a compact format; see <see cref="CompactGemm"/>.</content>
internal static unsafe partial class FloatKernels<TVec, TSimd>
{
    // Weights are asked for twice: this far ahead into the second-level cache, and 1 KB ahead from there. Asked for once, into the first, products with fp16 ran
    // at 0.80 of plain reading (0.50 when not asked for at all), with this at 0.91; twice or four times the distances change nothing.
    // The next panel follows in memory; beyond the last one they ask for 8 KB in vain.
    private const int CompactFarBytes = 8192;

    private static int CompactColumns => 4 * TSimd.Lanes;

    public static void Compact<TCode>(CompactTile tile, CompactMatrix b, PanelQueue queue, int part)
        where TCode : struct, IFloatCode
    {
        if (!queue.TryTake(part, out WorkShare panels))
        {
            return;
        }

        Prefetch.Run(b.PanelPointer(panels.First), CompactFarBytes);
        ScaleInputs<TCode>(ref tile, b.Rows);

        // Sums of four rows at most.
        float* sums = stackalloc float[4 * CompactColumns];
        for (int panel = panels.First; panel < panels.End || NextPanels(queue, part, out panels, out panel); panel++)
        {
            int column = panel * CompactColumns;
            CompactTile here = tile;
            here.Init += column;
            here.C += column;
            int columns = Math.Min(CompactColumns, b.Columns - column);
            PrefetchFinish(here, b.FactorPointer(panel));
            if (here.Rows >= CompactGemm.ManyRows)
            {
                DecodedPanel<TCode>(here, b, panel, columns);
                continue;
            }

            int height;
            for (int row = 0; row < here.Rows; row += height)
            {
                int left = here.Rows - row;
                height = left >= 4 && TSimd.HasManyRegisters ? 4 : left >= 2 ? 2 : 1;
                float* a = here.A + (row * here.RowStrideA);
                switch (height)
                {
                    case 4: CompactRows<TCode, Rows4>(a, here.RowStrideA, b.PanelPointer(panel), b.Rows, sums); break;
                    case 2: CompactRows<TCode, Rows2>(a, here.RowStrideA, b.PanelPointer(panel), b.Rows, sums); break;
                    default: CompactRows<TCode, Rows1>(a, here.RowStrideA, b.PanelPointer(panel), b.Rows, sums); break;
                }

                FinishCompact(here, row, height, sums, b.FactorPointer(panel), columns);
            }
        }
    }

    private static bool NextPanels(PanelQueue queue, int part, out WorkShare panels, out int panel)
    {
        bool any = queue.TryTake(part, out panels);
        panel = panels.First;
        return any;
    }

    /// <summary>Replaces A by a copy in scratch, times the code's factor, where that is not 1.</summary>
    private static void ScaleInputs<TCode>(ref CompactTile tile, int depth)
        where TCode : struct, IFloatCode
    {
        if (TCode.InputFactor == 1f)
        {
            return;
        }

        float* copy = tile.Scratch;
        for (int row = 0; row < tile.Rows; row++)
        {
            TensorPrimitives.Multiply(
                new ReadOnlySpan<float>(tile.A + (row * tile.RowStrideA), depth), TCode.InputFactor, new Span<float>(copy + ((nint)row * depth), depth));
        }

        tile.A = copy;
        tile.RowStrideA = depth;
        tile.Scratch += (nint)tile.Rows * depth;
    }

    /// <summary>Sums of one, two or four rows and a panel.</summary>
    /// <remarks>Spelled out for four rows, as <see cref="Tile"/> is for its largest shape.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CompactRows<TCode, TRows>(float* a, nint stride, float* words, int depth, float* sums)
        where TCode : struct, IFloatCode
        where TRows : struct, ICompactRows
    {
        TVec zero = TSimd.Broadcast(0f);
        TVec c00 = zero, c01 = zero, c02 = zero, c03 = zero;
        TVec c10 = zero, c11 = zero, c12 = zero, c13 = zero;
        TVec c20 = zero, c21 = zero, c22 = zero, c23 = zero;
        TVec c30 = zero, c31 = zero, c32 = zero, c33 = zero;
        int step = TCode.Bits * TSimd.Lanes / 8;
        float* end = a + depth;
        for (; a < end; a++)
        {
            Prefetch.Row((byte*)words, CompactFarBytes, step * sizeof(float));
            TCode.Decode<TVec, TSimd>(words, out TVec w0, out TVec w1, out TVec w2, out TVec w3);
            AddFour(TSimd.Broadcast(*a), w0, w1, w2, w3, ref c00, ref c01, ref c02, ref c03);
            if (TRows.Count > 1)
            {
                AddFour(TSimd.Broadcast(a[stride]), w0, w1, w2, w3, ref c10, ref c11, ref c12, ref c13);
            }

            if (TRows.Count > 2)
            {
                AddFour(TSimd.Broadcast(a[2 * stride]), w0, w1, w2, w3, ref c20, ref c21, ref c22, ref c23);
                AddFour(TSimd.Broadcast(a[3 * stride]), w0, w1, w2, w3, ref c30, ref c31, ref c32, ref c33);
            }

            words += step;
        }

        StoreFour(sums, c00, c01, c02, c03);
        if (TRows.Count > 1)
        {
            StoreFour(sums + CompactColumns, c10, c11, c12, c13);
        }

        if (TRows.Count > 2)
        {
            StoreFour(sums + (2 * CompactColumns), c20, c21, c22, c23);
            StoreFour(sums + (3 * CompactColumns), c30, c31, c32, c33);
        }
    }

    /// <summary>Many rows: half of the panel is decoded, then multiplied as any other matrix.</summary>
    private static void DecodedPanel<TCode>(in CompactTile tile, CompactMatrix b, int panel, int columns)
        where TCode : struct, IFloatCode
    {
        float* sums = tile.Scratch;
        float* zeros = sums + ((nint)tile.Rows * CompactColumns);
        float* decoded = zeros + (2 * TSimd.Lanes);
        new Span<float>(zeros, 2 * TSimd.Lanes).Clear();
        for (int half = 0; half < 2 && half * 2 * TSimd.Lanes < columns; half++)
        {
            DecodeHalf<TCode>(b.PanelPointer(panel), b.Rows, half, decoded);
            int rows;
            for (int row = 0; row < tile.Rows; row += rows)
            {
                int left = tile.Rows - row;
                rows = left < BlockRows + TallRows ? left : BlockRows;
                Tiles(
                    new GemmTile
                    {
                        A = tile.A + (row * tile.RowStrideA),
                        RowStrideA = tile.RowStrideA,
                        Taps = 1,
                        TapLength = b.Rows,
                        B = decoded,
                        Init = zeros,
                        C = sums + ((nint)row * CompactColumns) + (half * 2 * TSimd.Lanes),
                        RowStrideC = CompactColumns,
                    },
                    rows,
                    vectors: 2);
            }
        }

        FinishCompact(tile, 0, tile.Rows, sums, b.FactorPointer(panel), columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DecodeHalf<TCode>(float* words, int depth, int half, float* decoded)
        where TCode : struct, IFloatCode
    {
        int step = TCode.Bits * TSimd.Lanes / 8;
        for (int k = 0; k < depth; k++)
        {
            TCode.Decode<TVec, TSimd>(words, out TVec w0, out TVec w1, out TVec w2, out TVec w3);
            TSimd.Store(decoded, half == 0 ? w0 : w2);
            TSimd.Store(decoded + TSimd.Lanes, half == 0 ? w1 : w3);
            words += step;
            decoded += 2 * TSimd.Lanes;
        }
    }

    /// <summary>Asks for what the end of a panel reads, which no stream of the processor's foresees.</summary>
    private static void PrefetchFinish(in CompactTile tile, float* factors)
    {
        int bytes = CompactColumns * sizeof(float);
        Prefetch.Run(factors, bytes);
        for (int row = 0; row < Math.Min(4, tile.Rows); row++)
        {
            Prefetch.Run(tile.Init + (row * tile.RowStrideInit), bytes);
            Prefetch.Run(tile.C + (row * tile.RowStrideC), bytes);
        }
    }

    /// <summary>C = init + factor * sum.</summary>
    private static void FinishCompact(in CompactTile tile, int row, int rows, float* sums, float* factors, int columns)
    {
        int whole = columns / TSimd.Lanes * TSimd.Lanes;
        float* tail = stackalloc float[TSimd.Lanes];
        for (int end = row + rows; row < end; row++, sums += CompactColumns)
        {
            float* init = tile.Init + (row * tile.RowStrideInit);
            float* c = tile.C + (row * tile.RowStrideC);
            for (int i = 0; i < whole; i += TSimd.Lanes)
            {
                TVec value = TSimd.MultiplyAdd(TSimd.Load(factors + i), TSimd.Load(sums + i), TSimd.Load(init + i));
                TSimd.Store(c + i, tile.Gelu ? Gelu(value) : value);
            }

            if (whole < columns)
            {
                new ReadOnlySpan<float>(init + whole, columns - whole).CopyTo(new Span<float>(tail, TSimd.Lanes));
                TVec value = TSimd.MultiplyAdd(TSimd.Load(factors + whole), TSimd.Load(sums + whole), TSimd.Load(tail));
                TSimd.Store(tail, tile.Gelu ? Gelu(value) : value);
                new ReadOnlySpan<float>(tail, columns - whole).CopyTo(new Span<float>(c + whole, columns - whole));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddFour(TVec v, TVec w0, TVec w1, TVec w2, TVec w3, ref TVec c0, ref TVec c1, ref TVec c2, ref TVec c3)
    {
        c0 = TSimd.MultiplyAdd(v, w0, c0);
        c1 = TSimd.MultiplyAdd(v, w1, c1);
        c2 = TSimd.MultiplyAdd(v, w2, c2);
        c3 = TSimd.MultiplyAdd(v, w3, c3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreFour(float* destination, TVec v0, TVec v1, TVec v2, TVec v3)
    {
        TSimd.Store(destination, v0);
        TSimd.Store(destination + TSimd.Lanes, v1);
        TSimd.Store(destination + (2 * TSimd.Lanes), v2);
        TSimd.Store(destination + (3 * TSimd.Lanes), v3);
    }
}
