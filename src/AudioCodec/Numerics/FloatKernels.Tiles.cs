using System.Runtime.CompilerServices;

namespace AudioCodec.Numerics;

/// <content>
/// Register tiles of the matrix product, written once for every tier and shape.
/// Every element is one accumulator that starts at its initial value and takes the products in ascending order of k, in
/// all tiles alike: a row's result does not depend on which tile computed it.
/// Bounds: a tile reads <c>A[r * RowStrideA + tap * TapStrideA + k]</c> for its rows, taps and k, a whole packed panel,
/// and its rows times its full vectors of Init and C; <see cref="Gemm"/> sees to it that these exist.
/// </content>
internal static unsafe partial class FloatKernels<TVec, TSimd>
{
    /// <summary>A tile of the shape's rows by its vectors of columns.</summary>
    /// <remarks>
    /// Spelled out for the largest shape: accumulators stay in registers only as separate locals. The conditions are constants
    /// of the instantiation, so that the code of a smaller shape has none of the rows and vectors it lacks.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile<TShape>(in GemmTile tile)
        where TShape : struct, ITileShape
    {
        nint lda = tile.RowStrideA;
        nint lda2 = 2 * lda;
        float* b = tile.B;
        float* init = tile.Init;
        TVec c00 = TSimd.Load(init), c01 = TShape.Wide ? TSimd.Load(init + TSimd.Lanes) : c00;
        TVec c10 = c00, c11 = c01, c20 = c00, c21 = c01, c30 = c00, c31 = c01;
        TVec c40 = c00, c41 = c01, c50 = c00, c51 = c01;
        TVec c60 = c00, c61 = c01, c70 = c00, c71 = c01, c80 = c00, c81 = c01;
        TVec c90 = c00, c91 = c01, ca0 = c00, ca1 = c01, cb0 = c00, cb1 = c01;
        if (TShape.Rows > 1)
        {
            Load<TShape>(init + tile.RowStrideInit, out c10, out c11);
            Load<TShape>(init + (2 * tile.RowStrideInit), out c20, out c21);
            Load<TShape>(init + (3 * tile.RowStrideInit), out c30, out c31);
            Load<TShape>(init + (4 * tile.RowStrideInit), out c40, out c41);
            Load<TShape>(init + (5 * tile.RowStrideInit), out c50, out c51);
        }

        if (TShape.Rows > 6)
        {
            Load<TShape>(init + (6 * tile.RowStrideInit), out c60, out c61);
            Load<TShape>(init + (7 * tile.RowStrideInit), out c70, out c71);
            Load<TShape>(init + (8 * tile.RowStrideInit), out c80, out c81);
            Load<TShape>(init + (9 * tile.RowStrideInit), out c90, out c91);
            Load<TShape>(init + (10 * tile.RowStrideInit), out ca0, out ca1);
            Load<TShape>(init + (11 * tile.RowStrideInit), out cb0, out cb1);
        }

        for (int tap = 0; tap < tile.Taps; tap++)
        {
            float* a0 = tile.A + (tap * tile.TapStrideA);
            float* a3 = a0 + (3 * lda);
            float* a6 = a3 + (3 * lda);
            float* a9 = a6 + (3 * lda);
            for (int k = tile.TapLength; k > 0; k--)
            {
                if (TShape.Streams)
                {
                    Prefetch.Row((byte*)b, tile.Ahead, (TShape.Wide ? 2 : 1) * TSimd.Lanes * sizeof(float));
                }

                TVec b0 = TSimd.Load(b);
                TVec b1 = TShape.Wide ? TSimd.Load(b + TSimd.Lanes) : b0;
                Add<TShape>(*a0, b0, b1, ref c00, ref c01);
                if (TShape.Rows > 1)
                {
                    Add<TShape>(a0[lda], b0, b1, ref c10, ref c11);
                    Add<TShape>(a0[lda2], b0, b1, ref c20, ref c21);
                    Add<TShape>(*a3, b0, b1, ref c30, ref c31);
                    Add<TShape>(a3[lda], b0, b1, ref c40, ref c41);
                    Add<TShape>(a3[lda2], b0, b1, ref c50, ref c51);
                }

                if (TShape.Rows > 6)
                {
                    Add<TShape>(*a6, b0, b1, ref c60, ref c61);
                    Add<TShape>(a6[lda], b0, b1, ref c70, ref c71);
                    Add<TShape>(a6[lda2], b0, b1, ref c80, ref c81);
                    Add<TShape>(*a9, b0, b1, ref c90, ref c91);
                    Add<TShape>(a9[lda], b0, b1, ref ca0, ref ca1);
                    Add<TShape>(a9[lda2], b0, b1, ref cb0, ref cb1);
                }

                b += TShape.Wide ? 2 * TSimd.Lanes : TSimd.Lanes;
                a0++;
                a3++;
                a6++;
                a9++;
            }
        }

        float* c = tile.C;
        nint ldc = tile.RowStrideC;
        Store<TShape>(c, c00, c01);
        if (TShape.Rows > 1)
        {
            Store<TShape>(c + ldc, c10, c11);
            Store<TShape>(c + (2 * ldc), c20, c21);
            Store<TShape>(c + (3 * ldc), c30, c31);
            Store<TShape>(c + (4 * ldc), c40, c41);
            Store<TShape>(c + (5 * ldc), c50, c51);
        }

        if (TShape.Rows > 6)
        {
            Store<TShape>(c + (6 * ldc), c60, c61);
            Store<TShape>(c + (7 * ldc), c70, c71);
            Store<TShape>(c + (8 * ldc), c80, c81);
            Store<TShape>(c + (9 * ldc), c90, c91);
            Store<TShape>(c + (10 * ldc), ca0, ca1);
            Store<TShape>(c + (11 * ldc), cb0, cb1);
        }
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

    /// <summary>Two rows by two panels of two vectors: as many chains, and the panels are read once for both rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows2x4(in GemmTile tile, nint panelStrideB)
    {
        float* p0 = tile.B;
        float* p1 = p0 + panelStrideB;
        float* init = tile.Init;
        TVec c00 = TSimd.Load(init);
        TVec c01 = TSimd.Load(init + TSimd.Lanes);
        TVec c02 = TSimd.Load(init + (2 * TSimd.Lanes));
        TVec c03 = TSimd.Load(init + (3 * TSimd.Lanes));
        init += tile.RowStrideInit;
        TVec c10 = TSimd.Load(init);
        TVec c11 = TSimd.Load(init + TSimd.Lanes);
        TVec c12 = TSimd.Load(init + (2 * TSimd.Lanes));
        TVec c13 = TSimd.Load(init + (3 * TSimd.Lanes));

        nint offset = 0;
        for (int tap = 0; tap < tile.Taps; tap++)
        {
            float* a0 = tile.A + (tap * tile.TapStrideA);
            float* a1 = a0 + tile.RowStrideA;
            for (int k = 0; k < tile.TapLength; k++)
            {
                TVec v0 = TSimd.Broadcast(a0[k]);
                TVec v1 = TSimd.Broadcast(a1[k]);
                TVec b = TSimd.Load(p0 + offset);
                c00 = TSimd.MultiplyAdd(v0, b, c00);
                c10 = TSimd.MultiplyAdd(v1, b, c10);
                b = TSimd.Load(p0 + offset + TSimd.Lanes);
                c01 = TSimd.MultiplyAdd(v0, b, c01);
                c11 = TSimd.MultiplyAdd(v1, b, c11);
                b = TSimd.Load(p1 + offset);
                c02 = TSimd.MultiplyAdd(v0, b, c02);
                c12 = TSimd.MultiplyAdd(v1, b, c12);
                b = TSimd.Load(p1 + offset + TSimd.Lanes);
                c03 = TSimd.MultiplyAdd(v0, b, c03);
                c13 = TSimd.MultiplyAdd(v1, b, c13);
                offset += 2 * TSimd.Lanes;
            }
        }

        float* c = tile.C;
        TSimd.Store(c, c00);
        TSimd.Store(c + TSimd.Lanes, c01);
        TSimd.Store(c + (2 * TSimd.Lanes), c02);
        TSimd.Store(c + (3 * TSimd.Lanes), c03);
        c += tile.RowStrideC;
        TSimd.Store(c, c10);
        TSimd.Store(c + TSimd.Lanes, c11);
        TSimd.Store(c + (2 * TSimd.Lanes), c12);
        TSimd.Store(c + (3 * TSimd.Lanes), c13);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<TShape>(float* source, out TVec first, out TVec second)
        where TShape : struct, ITileShape
    {
        first = TSimd.Load(source);
        second = TShape.Wide ? TSimd.Load(source + TSimd.Lanes) : first;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TShape>(float* destination, TVec first, TVec second)
        where TShape : struct, ITileShape
    {
        TSimd.Store(destination, first);
        if (TShape.Wide)
        {
            TSimd.Store(destination + TSimd.Lanes, second);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TShape>(float a, TVec b0, TVec b1, ref TVec first, ref TVec second)
        where TShape : struct, ITileShape
    {
        TVec v = TSimd.Broadcast(a);
        first = TSimd.MultiplyAdd(v, b0, first);
        if (TShape.Wide)
        {
            second = TSimd.MultiplyAdd(v, b1, second);
        }
    }
}
