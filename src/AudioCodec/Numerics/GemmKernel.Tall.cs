using System.Runtime.CompilerServices;

namespace AudioCodec.Numerics;

/// <content>The tall tiles, for instruction sets with 32 vector registers: 24 accumulators, 2 of B, and broadcasts of A.</content>
internal static unsafe partial class GemmKernel<TVec, TSimd>
{
    /// <summary>12 rows by 2 vectors of columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile12x2(in GemmTile tile)
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
        init += tile.RowStrideInit;
        TVec c60 = TSimd.Load(init);
        TVec c61 = TSimd.Load(init + TSimd.Lanes);
        init += tile.RowStrideInit;
        TVec c70 = TSimd.Load(init);
        TVec c71 = TSimd.Load(init + TSimd.Lanes);
        init += tile.RowStrideInit;
        TVec c80 = TSimd.Load(init);
        TVec c81 = TSimd.Load(init + TSimd.Lanes);
        init += tile.RowStrideInit;
        TVec c90 = TSimd.Load(init);
        TVec c91 = TSimd.Load(init + TSimd.Lanes);
        init += tile.RowStrideInit;
        TVec ca0 = TSimd.Load(init);
        TVec ca1 = TSimd.Load(init + TSimd.Lanes);
        init += tile.RowStrideInit;
        TVec cb0 = TSimd.Load(init);
        TVec cb1 = TSimd.Load(init + TSimd.Lanes);

        for (int tap = 0; tap < tile.Taps; tap++)
        {
            float* a0 = tile.A + (tap * tile.TapStrideA);
            float* a3 = tile.A + (tap * tile.TapStrideA) + (3 * lda);
            float* a6 = tile.A + (tap * tile.TapStrideA) + (6 * lda);
            float* a9 = tile.A + (tap * tile.TapStrideA) + (9 * lda);
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
                v = TSimd.Broadcast(*a6);
                c60 = TSimd.MultiplyAdd(v, b0, c60);
                c61 = TSimd.MultiplyAdd(v, b1, c61);
                v = TSimd.Broadcast(a6[lda]);
                c70 = TSimd.MultiplyAdd(v, b0, c70);
                c71 = TSimd.MultiplyAdd(v, b1, c71);
                v = TSimd.Broadcast(a6[lda2]);
                c80 = TSimd.MultiplyAdd(v, b0, c80);
                c81 = TSimd.MultiplyAdd(v, b1, c81);
                v = TSimd.Broadcast(*a9);
                c90 = TSimd.MultiplyAdd(v, b0, c90);
                c91 = TSimd.MultiplyAdd(v, b1, c91);
                v = TSimd.Broadcast(a9[lda]);
                ca0 = TSimd.MultiplyAdd(v, b0, ca0);
                ca1 = TSimd.MultiplyAdd(v, b1, ca1);
                v = TSimd.Broadcast(a9[lda2]);
                cb0 = TSimd.MultiplyAdd(v, b0, cb0);
                cb1 = TSimd.MultiplyAdd(v, b1, cb1);
                b += 2 * TSimd.Lanes;
                a0++;
                a3++;
                a6++;
                a9++;
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
        c += tile.RowStrideC;
        TSimd.Store(c, c60);
        TSimd.Store(c + TSimd.Lanes, c61);
        c += tile.RowStrideC;
        TSimd.Store(c, c70);
        TSimd.Store(c + TSimd.Lanes, c71);
        c += tile.RowStrideC;
        TSimd.Store(c, c80);
        TSimd.Store(c + TSimd.Lanes, c81);
        c += tile.RowStrideC;
        TSimd.Store(c, c90);
        TSimd.Store(c + TSimd.Lanes, c91);
        c += tile.RowStrideC;
        TSimd.Store(c, ca0);
        TSimd.Store(c + TSimd.Lanes, ca1);
        c += tile.RowStrideC;
        TSimd.Store(c, cb0);
        TSimd.Store(c + TSimd.Lanes, cb1);
    }

    /// <summary>12 rows by 1 vector of columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile12x1(in GemmTile tile)
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
        init += tile.RowStrideInit;
        TVec c60 = TSimd.Load(init);
        init += tile.RowStrideInit;
        TVec c70 = TSimd.Load(init);
        init += tile.RowStrideInit;
        TVec c80 = TSimd.Load(init);
        init += tile.RowStrideInit;
        TVec c90 = TSimd.Load(init);
        init += tile.RowStrideInit;
        TVec ca0 = TSimd.Load(init);
        init += tile.RowStrideInit;
        TVec cb0 = TSimd.Load(init);

        for (int tap = 0; tap < tile.Taps; tap++)
        {
            float* a0 = tile.A + (tap * tile.TapStrideA);
            float* a3 = tile.A + (tap * tile.TapStrideA) + (3 * lda);
            float* a6 = tile.A + (tap * tile.TapStrideA) + (6 * lda);
            float* a9 = tile.A + (tap * tile.TapStrideA) + (9 * lda);
            for (int k = tile.TapLength; k > 0; k--)
            {
                TVec b0 = TSimd.Load(b);
                c00 = TSimd.MultiplyAdd(TSimd.Broadcast(*a0), b0, c00);
                c10 = TSimd.MultiplyAdd(TSimd.Broadcast(a0[lda]), b0, c10);
                c20 = TSimd.MultiplyAdd(TSimd.Broadcast(a0[lda2]), b0, c20);
                c30 = TSimd.MultiplyAdd(TSimd.Broadcast(*a3), b0, c30);
                c40 = TSimd.MultiplyAdd(TSimd.Broadcast(a3[lda]), b0, c40);
                c50 = TSimd.MultiplyAdd(TSimd.Broadcast(a3[lda2]), b0, c50);
                c60 = TSimd.MultiplyAdd(TSimd.Broadcast(*a6), b0, c60);
                c70 = TSimd.MultiplyAdd(TSimd.Broadcast(a6[lda]), b0, c70);
                c80 = TSimd.MultiplyAdd(TSimd.Broadcast(a6[lda2]), b0, c80);
                c90 = TSimd.MultiplyAdd(TSimd.Broadcast(*a9), b0, c90);
                ca0 = TSimd.MultiplyAdd(TSimd.Broadcast(a9[lda]), b0, ca0);
                cb0 = TSimd.MultiplyAdd(TSimd.Broadcast(a9[lda2]), b0, cb0);
                b += TSimd.Lanes;
                a0++;
                a3++;
                a6++;
                a9++;
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
        c += tile.RowStrideC;
        TSimd.Store(c, c60);
        c += tile.RowStrideC;
        TSimd.Store(c, c70);
        c += tile.RowStrideC;
        TSimd.Store(c, c80);
        c += tile.RowStrideC;
        TSimd.Store(c, c90);
        c += tile.RowStrideC;
        TSimd.Store(c, ca0);
        c += tile.RowStrideC;
        TSimd.Store(c, cb0);
    }
}
