using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace AudioCodec.Numerics;

/// <content>Products with int8 weights; see <see cref="CompactGemm"/>.</content>
/// <remarks>
/// Decoding int8 to floats takes as many operations as multiplying them by a row, which kept a thread at three quarters of plain reading; products of 16-bit
/// integers take less than half of all.
/// </remarks>
internal static unsafe partial class FloatKernels<TVec, TSimd>
{
    private const int BlockPairs = CompactGemm.BlockInputs / 2;

    // Smaller numbers are as good as none; the powers of two must be normal numbers.
    private const int MinExponent = -100;

    public static void CompactIntegers(CompactTile tile, CompactMatrix b, PanelQueue queue, int part)
    {
        if (!queue.TryTake(part, out WorkShare panels))
        {
            return;
        }

        Prefetch.Run(b.PanelPointer(panels.First), CompactFarBytes);
        int pairs = CompactMatrix.Pairs(b.Rows);
        int blocks = CompactGemm.Blocks(b.Rows);
        float* inputs = tile.Scratch;
        float* units = inputs + ((nint)tile.Rows * pairs);
        for (int row = 0; row < tile.Rows; row++)
        {
            RoundInputs(tile.A + (row * tile.RowStrideA), b.Rows, inputs + ((nint)row * pairs), units + (row * blocks));
        }

        // Sums of four rows at most.
        float* sums = stackalloc float[4 * CompactColumns];
        for (int panel = panels.First; panel < panels.End || NextPanels(queue, part, out panels, out panel); panel++)
        {
            int column = panel * CompactColumns;
            CompactTile here = tile;
            here.Init += column;
            here.C += column;
            var codes = (sbyte*)b.PanelPointer(panel);
            PrefetchFinish(here, b.FactorPointer(panel));
            int height;
            for (int row = 0; row < here.Rows; row += height)
            {
                int left = here.Rows - row;
                height = left >= 4 && TSimd.HasManyRegisters ? 4 : left >= 2 ? 2 : 1;
                float* a = inputs + ((nint)row * pairs);
                float* unit = units + (row * blocks);
                switch (height)
                {
                    case 4: IntegerRows<Rows4>(a, pairs, unit, blocks, codes, sums); break;
                    case 2: IntegerRows<Rows2>(a, pairs, unit, blocks, codes, sums); break;
                    default: IntegerRows<Rows1>(a, pairs, unit, blocks, codes, sums); break;
                }

                FinishCompact(here, row, height, sums, b.FactorPointer(panel), Math.Min(CompactColumns, b.Columns - column));
            }
        }
    }

    /// <summary>A row's inputs, block after block; see <see cref="RoundBlock"/>.</summary>
    /// <param name="x">[depth].</param>
    /// <param name="depth">Inputs.</param>
    /// <param name="pairs">Receives the pairs, laid out as the pairs of rows of the matrix; missing inputs are 0.</param>
    /// <param name="units">Receives each block's unit.</param>
    private static void RoundInputs(float* x, int depth, float* pairs, float* units)
    {
        for (int start = 0; start < depth; start += CompactGemm.BlockInputs, pairs += BlockPairs, units++)
        {
            *units = RoundBlock(x + start, Math.Min(CompactGemm.BlockInputs, depth - start), pairs);
        }
    }

    /// <summary>Numbers as 16-bit integers times a unit, a power of two with which the largest has 15 bits.</summary>
    /// <param name="x">[count].</param>
    /// <param name="count">Numbers.</param>
    /// <param name="pairs">Receives pairs of integers, each of two vectors after the other's: i and i + lanes share a word. The last two are filled up with 0.</param>
    /// <returns>The unit; NaN if a number is not finite.</returns>
    private static float RoundBlock(float* x, int count, float* pairs)
    {
        int two = 2 * TSimd.Lanes;
        float* last = stackalloc float[two];
        float largest = MathF.Abs(TensorPrimitives.MaxMagnitude(new ReadOnlySpan<float>(x, count)));
        int shift = 14 - (largest > 0 && float.IsFinite(largest) ? Math.Max(MinExponent, MathF.ILogB(largest)) : 0);
        TVec factor = TSimd.Broadcast(MathF.ScaleB(1f, shift));
        int i = 0;
        for (; i + two <= count; i += two, pairs += TSimd.Lanes)
        {
            RoundPairs(x + i, factor, pairs);
        }

        if (i < count)
        {
            Span<float> rest = new(last, two);
            new ReadOnlySpan<float>(x + i, count - i).CopyTo(rest);
            rest[(count - i)..].Clear();
            RoundPairs(last, factor, pairs);
        }

        return float.IsFinite(largest) ? MathF.ScaleB(1f, -shift) : float.NaN;
    }

    /// <summary>Two vectors of numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RoundPairs(float* x, TVec factor, float* pairs)
    {
        // Adding 1.5 * 2^23 rounds to an integer and leaves it in the lowest bits.
        TVec magic = TSimd.Broadcast(12582912f);
        TVec most = TSimd.Broadcast(32767f);
        TVec lower = TSimd.Add(TSimd.Min(TSimd.Multiply(TSimd.Load(x), factor), most), magic);
        TVec upper = TSimd.Add(TSimd.Min(TSimd.Multiply(TSimd.Load(x + TSimd.Lanes), factor), most), magic);
        TSimd.Store(pairs, TSimd.JoinLowerHalves(lower, upper));
    }

    /// <summary>Sums of one, two or four rows and a panel.</summary>
    /// <remarks>Spelled out for four rows, as <see cref="CompactRows"/> is.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void IntegerRows<TRows>(float* a, nint stride, float* units, nint blocks, sbyte* codes, float* sums)
        where TRows : struct, ICompactRows
    {
        int step = 2 * CompactColumns;
        float* end = a + stride;
        new Span<float>(sums, TRows.Count * CompactColumns).Clear();
        for (; a < end; units++)
        {
            TVec zero = TSimd.Broadcast(0f);
            TVec c00 = zero, c01 = zero, c02 = zero, c03 = zero;
            TVec c10 = zero, c11 = zero, c12 = zero, c13 = zero;
            TVec c20 = zero, c21 = zero, c22 = zero, c23 = zero;
            TVec c30 = zero, c31 = zero, c32 = zero, c33 = zero;
            float* blockEnd = a + Math.Min(BlockPairs, end - a);
            for (; a < blockEnd; a++)
            {
                Prefetch.Row((byte*)codes, CompactFarBytes, step);
                TVec w0 = TSimd.LoadBytePairs(codes);
                TVec w1 = TSimd.LoadBytePairs(codes + (2 * TSimd.Lanes));
                TVec w2 = TSimd.LoadBytePairs(codes + (4 * TSimd.Lanes));
                TVec w3 = TSimd.LoadBytePairs(codes + (6 * TSimd.Lanes));
                AddFourPairs(TSimd.Broadcast(*a), w0, w1, w2, w3, ref c00, ref c01, ref c02, ref c03);
                if (TRows.Count > 1)
                {
                    AddFourPairs(TSimd.Broadcast(a[stride]), w0, w1, w2, w3, ref c10, ref c11, ref c12, ref c13);
                }

                if (TRows.Count > 2)
                {
                    AddFourPairs(TSimd.Broadcast(a[2 * stride]), w0, w1, w2, w3, ref c20, ref c21, ref c22, ref c23);
                    AddFourPairs(TSimd.Broadcast(a[3 * stride]), w0, w1, w2, w3, ref c30, ref c31, ref c32, ref c33);
                }

                codes += step;
            }

            AddBlock(sums, *units, c00, c01, c02, c03);
            if (TRows.Count > 1)
            {
                AddBlock(sums + CompactColumns, units[blocks], c10, c11, c12, c13);
            }

            if (TRows.Count > 2)
            {
                AddBlock(sums + (2 * CompactColumns), units[2 * blocks], c20, c21, c22, c23);
                AddBlock(sums + (3 * CompactColumns), units[3 * blocks], c30, c31, c32, c33);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddFourPairs(TVec v, TVec w0, TVec w1, TVec w2, TVec w3, ref TVec c0, ref TVec c1, ref TVec c2, ref TVec c3)
    {
        c0 = TSimd.AddPairProducts(c0, v, w0);
        c1 = TSimd.AddPairProducts(c1, v, w1);
        c2 = TSimd.AddPairProducts(c2, v, w2);
        c3 = TSimd.AddPairProducts(c3, v, w3);
    }

    /// <summary>Adds a block's sums times its unit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddBlock(float* sums, float unit, TVec c0, TVec c1, TVec c2, TVec c3)
    {
        TVec units = TSimd.Broadcast(unit);
        StoreFour(
            sums,
            TSimd.Add(TSimd.Load(sums), TSimd.Multiply(TSimd.ToSingle(c0), units)),
            TSimd.Add(TSimd.Load(sums + TSimd.Lanes), TSimd.Multiply(TSimd.ToSingle(c1), units)),
            TSimd.Add(TSimd.Load(sums + (2 * TSimd.Lanes)), TSimd.Multiply(TSimd.ToSingle(c2), units)),
            TSimd.Add(TSimd.Load(sums + (3 * TSimd.Lanes)), TSimd.Multiply(TSimd.ToSingle(c3), units)));
    }
}
