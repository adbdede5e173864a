using System.Runtime.CompilerServices;

namespace AudioCodec.Numerics;

/// <summary>Register tiles of the matrix product, written once for every tier.</summary>
/// <remarks>
/// Every element is one accumulator that starts at its initial value and takes the products in ascending order of k, in
/// all tiles alike: a row's result does not depend on which tile computed it.
/// Bounds: a tile reads <c>A[r * RowStrideA + tap * TapStrideA + k]</c> for its rows, taps and k, a whole packed panel,
/// and its rows times its full vectors of Init and C; <see cref="Gemm"/> sees to it that these exist.
/// </remarks>
internal static unsafe partial class GemmKernel<TVec, TSimd>
    where TVec : struct
    where TSimd : struct, ISimd<TVec>
{
    /// <summary>6 rows by 2 vectors of columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile6x2(in GemmTile tile)
    {
        nint lda = tile.RowStrideA;
        nint lda2 = 2 * lda;
        float* b = tile.B;
        float* init = tile.Init;
        TVec c00 = TSimd.Load(init);
        TVec c01 = TSimd.Load(init + TSimd.Lanes);
        init += tile.RowStrideInit;
        TVec c10 = TSimd.Load(init);
        TVec c11 = TSimd.Load(init + TSimd.Lanes);
        init += tile.RowStrideInit;
        TVec c20 = TSimd.Load(init);
        TVec c21 = TSimd.Load(init + TSimd.Lanes);
        init += tile.RowStrideInit;
        TVec c30 = TSimd.Load(init);
        TVec c31 = TSimd.Load(init + TSimd.Lanes);
        init += tile.RowStrideInit;
        TVec c40 = TSimd.Load(init);
        TVec c41 = TSimd.Load(init + TSimd.Lanes);
        init += tile.RowStrideInit;
        TVec c50 = TSimd.Load(init);
        TVec c51 = TSimd.Load(init + TSimd.Lanes);

        for (int tap = 0; tap < tile.Taps; tap++)
        {
            float* a0 = tile.A + (tap * tile.TapStrideA);
            float* a3 = tile.A + (tap * tile.TapStrideA) + (3 * lda);
            for (int k = tile.TapLength; k > 0; k--)
            {
                TVec b0 = TSimd.Load(b);
                TVec b1 = TSimd.Load(b + TSimd.Lanes);
                TVec v = TSimd.Broadcast(*a0);
                c00 = TSimd.MultiplyAdd(v, b0, c00);
                c01 = TSimd.MultiplyAdd(v, b1, c01);
                v = TSimd.Broadcast(a0[lda]);
                c10 = TSimd.MultiplyAdd(v, b0, c10);
                c11 = TSimd.MultiplyAdd(v, b1, c11);
                v = TSimd.Broadcast(a0[lda2]);
                c20 = TSimd.MultiplyAdd(v, b0, c20);
                c21 = TSimd.MultiplyAdd(v, b1, c21);
                v = TSimd.Broadcast(*a3);
                c30 = TSimd.MultiplyAdd(v, b0, c30);
                c31 = TSimd.MultiplyAdd(v, b1, c31);
                v = TSimd.Broadcast(a3[lda]);
                c40 = TSimd.MultiplyAdd(v, b0, c40);
                c41 = TSimd.MultiplyAdd(v, b1, c41);
                v = TSimd.Broadcast(a3[lda2]);
                c50 = TSimd.MultiplyAdd(v, b0, c50);
                c51 = TSimd.MultiplyAdd(v, b1, c51);
                b += 2 * TSimd.Lanes;
                a0++;
                a3++;
            }
        }

        float* c = tile.C;
        TSimd.Store(c, c00);
        TSimd.Store(c + TSimd.Lanes, c01);
        c += tile.RowStrideC;
        TSimd.Store(c, c10);
        TSimd.Store(c + TSimd.Lanes, c11);
        c += tile.RowStrideC;
        TSimd.Store(c, c20);
        TSimd.Store(c + TSimd.Lanes, c21);
        c += tile.RowStrideC;
        TSimd.Store(c, c30);
        TSimd.Store(c + TSimd.Lanes, c31);
        c += tile.RowStrideC;
        TSimd.Store(c, c40);
        TSimd.Store(c + TSimd.Lanes, c41);
        c += tile.RowStrideC;
        TSimd.Store(c, c50);
        TSimd.Store(c + TSimd.Lanes, c51);
    }

    /// <summary>1 row by 2 vectors of columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile1x2(in GemmTile tile)
    {
        nint lda = tile.RowStrideA;
        float* b = tile.B;
        float* init = tile.Init;
        TVec c00 = TSimd.Load(init);
        TVec c01 = TSimd.Load(init + TSimd.Lanes);

        for (int tap = 0; tap < tile.Taps; tap++)
        {
            float* a0 = tile.A + (tap * tile.TapStrideA);
            for (int k = tile.TapLength; k > 0; k--)
            {
                TVec b0 = TSimd.Load(b);
                TVec b1 = TSimd.Load(b + TSimd.Lanes);
                TVec v = TSimd.Broadcast(*a0);
                c00 = TSimd.MultiplyAdd(v, b0, c00);
                c01 = TSimd.MultiplyAdd(v, b1, c01);
                b += 2 * TSimd.Lanes;
                a0++;
            }
        }

        float* c = tile.C;
        TSimd.Store(c, c00);
        TSimd.Store(c + TSimd.Lanes, c01);
    }

    /// <summary>One row by four panels of two vectors: enough chains to hide the latency of a fused multiply-add.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Row1x8(in GemmTile tile, nint panelStrideB)
    {
        float* p0 = tile.B;
        float* p1 = p0 + panelStrideB;
        float* p2 = p1 + panelStrideB;
        float* p3 = p2 + panelStrideB;
        TVec c0 = TSimd.Load(tile.Init);
        TVec c1 = TSimd.Load(tile.Init + TSimd.Lanes);
        TVec c2 = TSimd.Load(tile.Init + (2 * TSimd.Lanes));
        TVec c3 = TSimd.Load(tile.Init + (3 * TSimd.Lanes));
        TVec c4 = TSimd.Load(tile.Init + (4 * TSimd.Lanes));
        TVec c5 = TSimd.Load(tile.Init + (5 * TSimd.Lanes));
        TVec c6 = TSimd.Load(tile.Init + (6 * TSimd.Lanes));
        TVec c7 = TSimd.Load(tile.Init + (7 * TSimd.Lanes));

        nint offset = 0;
        for (int tap = 0; tap < tile.Taps; tap++)
        {
            float* a = tile.A + (tap * tile.TapStrideA);
            for (int k = 0; k < tile.TapLength; k++)
            {
                TVec v = TSimd.Broadcast(a[k]);
                c0 = TSimd.MultiplyAdd(v, TSimd.Load(p0 + offset), c0);
                c1 = TSimd.MultiplyAdd(v, TSimd.Load(p0 + offset + TSimd.Lanes), c1);
                c2 = TSimd.MultiplyAdd(v, TSimd.Load(p1 + offset), c2);
                c3 = TSimd.MultiplyAdd(v, TSimd.Load(p1 + offset + TSimd.Lanes), c3);
                c4 = TSimd.MultiplyAdd(v, TSimd.Load(p2 + offset), c4);
                c5 = TSimd.MultiplyAdd(v, TSimd.Load(p2 + offset + TSimd.Lanes), c5);
                c6 = TSimd.MultiplyAdd(v, TSimd.Load(p3 + offset), c6);
                c7 = TSimd.MultiplyAdd(v, TSimd.Load(p3 + offset + TSimd.Lanes), c7);
                offset += 2 * TSimd.Lanes;
            }
        }

        TSimd.Store(tile.C, c0);
        TSimd.Store(tile.C + TSimd.Lanes, c1);
        TSimd.Store(tile.C + (2 * TSimd.Lanes), c2);
        TSimd.Store(tile.C + (3 * TSimd.Lanes), c3);
        TSimd.Store(tile.C + (4 * TSimd.Lanes), c4);
        TSimd.Store(tile.C + (5 * TSimd.Lanes), c5);
        TSimd.Store(tile.C + (6 * TSimd.Lanes), c6);
        TSimd.Store(tile.C + (7 * TSimd.Lanes), c7);
    }

    /// <summary>6 rows by 1 vector of columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile6x1(in GemmTile tile)
    {
        nint lda = tile.RowStrideA;
        nint lda2 = 2 * lda;
        float* b = tile.B;
        float* init = tile.Init;
        TVec c00 = TSimd.Load(init);
        init += tile.RowStrideInit;
        TVec c10 = TSimd.Load(init);
        init += tile.RowStrideInit;
        TVec c20 = TSimd.Load(init);
        init += tile.RowStrideInit;
        TVec c30 = TSimd.Load(init);
        init += tile.RowStrideInit;
        TVec c40 = TSimd.Load(init);
        init += tile.RowStrideInit;
        TVec c50 = TSimd.Load(init);

        for (int tap = 0; tap < tile.Taps; tap++)
        {
            float* a0 = tile.A + (tap * tile.TapStrideA);
            float* a3 = tile.A + (tap * tile.TapStrideA) + (3 * lda);
            for (int k = tile.TapLength; k > 0; k--)
            {
                TVec b0 = TSimd.Load(b);
                c00 = TSimd.MultiplyAdd(TSimd.Broadcast(*a0), b0, c00);
                c10 = TSimd.MultiplyAdd(TSimd.Broadcast(a0[lda]), b0, c10);
                c20 = TSimd.MultiplyAdd(TSimd.Broadcast(a0[lda2]), b0, c20);
                c30 = TSimd.MultiplyAdd(TSimd.Broadcast(*a3), b0, c30);
                c40 = TSimd.MultiplyAdd(TSimd.Broadcast(a3[lda]), b0, c40);
                c50 = TSimd.MultiplyAdd(TSimd.Broadcast(a3[lda2]), b0, c50);
                b += TSimd.Lanes;
                a0++;
                a3++;
            }
        }

        float* c = tile.C;
        TSimd.Store(c, c00);
        c += tile.RowStrideC;
        TSimd.Store(c, c10);
        c += tile.RowStrideC;
        TSimd.Store(c, c20);
        c += tile.RowStrideC;
        TSimd.Store(c, c30);
        c += tile.RowStrideC;
        TSimd.Store(c, c40);
        c += tile.RowStrideC;
        TSimd.Store(c, c50);
    }

    /// <summary>1 row by 1 vector of columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile1x1(in GemmTile tile)
    {
        nint lda = tile.RowStrideA;
        float* b = tile.B;
        float* init = tile.Init;
        TVec c00 = TSimd.Load(init);

        for (int tap = 0; tap < tile.Taps; tap++)
        {
            float* a0 = tile.A + (tap * tile.TapStrideA);
            for (int k = tile.TapLength; k > 0; k--)
            {
                TVec b0 = TSimd.Load(b);
                c00 = TSimd.MultiplyAdd(TSimd.Broadcast(*a0), b0, c00);
                b += TSimd.Lanes;
                a0++;
            }
        }

        float* c = tile.C;
        TSimd.Store(c, c00);
    }
}
