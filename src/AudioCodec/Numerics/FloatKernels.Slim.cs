using System.Runtime.CompilerServices;

namespace AudioCodec.Numerics;

/// <content>
/// Products with a matrix of very few columns: each element is a dot product along k, lane i summing k = i, i + lanes, ...;
/// the rest of k beyond whole vectors is added one by one. Used only for layers of 1 or 2 output channels, for which a
/// register tile would compute mostly missing columns.
/// </content>
internal static unsafe partial class FloatKernels<TVec, TSimd>
{
    /// <summary>All rows by all columns; one tap or several.</summary>
    /// <param name="tile">Addresses of the first row; B is not used.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="b">[N, K].</param>
    /// <param name="columns">N.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Slim(GemmTile tile, int rows, float* b, int columns)
    {
        int depth = tile.Taps * tile.TapLength;
        int row = 0;
        if (tile.Taps == 1)
        {
            for (; row + 4 <= rows; row += 4)
            {
                for (int column = 0; column < columns; column++)
                {
                    Dot4(tile, b + (column * depth), column);
                }

                tile.A += 4 * tile.RowStrideA;
                tile.Init += 4 * tile.RowStrideInit;
                tile.C += 4 * tile.RowStrideC;
            }
        }

        for (; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                tile.C[column] = Dot(tile, b + (column * depth), tile.Init[column]);
            }

            tile.A += tile.RowStrideA;
            tile.Init += tile.RowStrideInit;
            tile.C += tile.RowStrideC;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dot4(in GemmTile tile, float* b, int column)
    {
        float* a0 = tile.A;
        float* a1 = a0 + tile.RowStrideA;
        float* a2 = a1 + tile.RowStrideA;
        float* a3 = a2 + tile.RowStrideA;
        TVec s0 = TSimd.Broadcast(0f), s1 = s0, s2 = s0, s3 = s0;
        int k = 0;
        for (; k + TSimd.Lanes <= tile.TapLength; k += TSimd.Lanes)
        {
            TVec v = TSimd.Load(b + k);
            s0 = TSimd.MultiplyAdd(TSimd.Load(a0 + k), v, s0);
            s1 = TSimd.MultiplyAdd(TSimd.Load(a1 + k), v, s1);
            s2 = TSimd.MultiplyAdd(TSimd.Load(a2 + k), v, s2);
            s3 = TSimd.MultiplyAdd(TSimd.Load(a3 + k), v, s3);
        }

        float* init = tile.Init + column;
        float* c = tile.C + column;
        nint initStride = tile.RowStrideInit;
        nint stride = tile.RowStrideC;
        c[0] = init[0] + Rest(TSimd.Sum(s0), a0, b, k, tile.TapLength);
        c[stride] = init[initStride] + Rest(TSimd.Sum(s1), a1, b, k, tile.TapLength);
        c[2 * stride] = init[2 * initStride] + Rest(TSimd.Sum(s2), a2, b, k, tile.TapLength);
        c[3 * stride] = init[3 * initStride] + Rest(TSimd.Sum(s3), a3, b, k, tile.TapLength);
    }

    /// <summary>One element, with the operations of <see cref="Dot4"/> in the same order.</summary>
    private static float Dot(in GemmTile tile, float* b, float init)
    {
        float total = 0;
        for (int tap = 0; tap < tile.Taps; tap++)
        {
            float* a = tile.A + (tap * tile.TapStrideA);
            TVec sum = TSimd.Broadcast(0f);
            int k = 0;
            for (; k + TSimd.Lanes <= tile.TapLength; k += TSimd.Lanes)
            {
                sum = TSimd.MultiplyAdd(TSimd.Load(a + k), TSimd.Load(b + k), sum);
            }

            total += Rest(TSimd.Sum(sum), a, b, k, tile.TapLength);
            b += tile.TapLength;
        }

        return init + total;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Rest(float sum, float* a, float* b, int k, int end)
    {
        for (; k < end; k++)
        {
            sum += a[k] * b[k];
        }

        return sum;
    }
}
