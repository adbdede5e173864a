using System.Runtime.CompilerServices;

namespace AudioCodec.Entropy;

/// <content>
/// Matrix products. Whatever the tile, an output is <c>(start + x0 q0 + x1 q1 + ...) * scale</c>, summed in this order. Where panels
/// do not divide into tiles, the last tile starts earlier and computes some outputs again.
/// </content>
internal sealed unsafe partial class ExactKernels<TVec, TSimd>
{
    private const int PanelWidth = ExactMatrix.PanelWidth;
    private const int PanelWords = ExactMatrix.PanelWords;

    public override void Multiply(ReadOnlySpan<float> a, int lda, int rows, ExactMatrix w, Span<float> c, int ldc)
    {
        if (rows <= 0)
        {
            return;
        }

        fixed (float* a0 = a[..(((rows - 1) * lda) + w.Inputs)], c0 = c[..(((rows - 1) * ldc) + w.PaddedOutputs)])
        {
            int row = rows - (rows % RowTile);
            MultiplyTiles(a0, lda, row, w, c0, ldc);
            for (; row <= rows - 2; row += 2)
            {
                MultiplyTwoRows(a0 + ((nint)row * lda), lda, w, c0 + ((nint)row * ldc), ldc);
            }

            if (row < rows)
            {
                MultiplyRow(a0 + ((nint)row * lda), w, c0 + ((nint)row * ldc));
            }
        }
    }

    private static void MultiplyTiles(float* a, nint lda, int rows, ExactMatrix w, float* c, nint ldc)
    {
        int columns;
        for (int n = 0; rows > 0 && n < w.PaddedOutputs; n += columns)
        {
            // Sixteen sums fit into 32 registers, eight sums into 16.
            bool wide = TSimd.HasManyRegisters && n + (4 * TSimd.Lanes) <= w.PaddedOutputs;
            columns = (wide ? 4 : 2) * TSimd.Lanes;
            float* panel = w.Panel(n / PanelWidth) + (n % PanelWidth);
            for (nint row = 0; row < rows; row += RowTile)
            {
                float* from = a + (row * lda);
                float* to = c + (row * ldc) + n;
                if (wide)
                {
                    Tile4x4(from, lda, w.Inputs, panel, w.Panel((n / PanelWidth) + 1), w.Start(n), w.Scale(n), to, ldc);
                }
                else
                {
                    Tile4x2(from, lda, w.Inputs, panel, w.Start(n), w.Scale(n), to, ldc);
                }
            }
        }
    }

    /// <summary>Four rows by two vectors: the sums stay in registers while the inputs run in ascending order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x2(float* a, nint lda, int inputs, float* panel, float* start, float* scale, float* c, nint ldc)
    {
        TVec c00 = TSimd.Load(start), c01 = TSimd.Load(start + TSimd.Lanes);
        TVec c10 = c00, c11 = c01, c20 = c00, c21 = c01, c30 = c00, c31 = c01;
        float* a1 = a + lda;
        float* a2 = a1 + lda;
        float* a3 = a2 + lda;
        for (nint k = 0; k < inputs; k++)
        {
            TVec w0 = TSimd.Load(panel);
            TVec w1 = TSimd.Load(panel + TSimd.Lanes);
            TVec x = TSimd.Broadcast(a[k]);
            c00 = AddProduct(c00, x, w0);
            c01 = AddProduct(c01, x, w1);
            x = TSimd.Broadcast(a1[k]);
            c10 = AddProduct(c10, x, w0);
            c11 = AddProduct(c11, x, w1);
            x = TSimd.Broadcast(a2[k]);
            c20 = AddProduct(c20, x, w0);
            c21 = AddProduct(c21, x, w1);
            x = TSimd.Broadcast(a3[k]);
            c30 = AddProduct(c30, x, w0);
            c31 = AddProduct(c31, x, w1);
            panel += PanelWidth;
        }

        StorePair(c00, c01, scale, c);
        StorePair(c10, c11, scale, c + ldc);
        StorePair(c20, c21, scale, c + (2 * ldc));
        StorePair(c30, c31, scale, c + (3 * ldc));
    }

    /// <summary>Four rows by two vectors of each of two panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x4(
        float* a, nint lda, int inputs, float* p0, float* p1, float* start, float* scale, float* c, nint ldc)
    {
        TVec c00 = TSimd.Load(start), c01 = TSimd.Load(start + TSimd.Lanes);
        TVec c02 = TSimd.Load(start + (2 * TSimd.Lanes)), c03 = TSimd.Load(start + (3 * TSimd.Lanes));
        TVec c10 = c00, c11 = c01, c12 = c02, c13 = c03;
        TVec c20 = c00, c21 = c01, c22 = c02, c23 = c03;
        TVec c30 = c00, c31 = c01, c32 = c02, c33 = c03;
        float* a1 = a + lda;
        float* a2 = a1 + lda;
        float* a3 = a2 + lda;
        for (nint k = 0; k < inputs; k++)
        {
            TVec w0 = TSimd.Load(p0);
            TVec w1 = TSimd.Load(p0 + TSimd.Lanes);
            TVec w2 = TSimd.Load(p1);
            TVec w3 = TSimd.Load(p1 + TSimd.Lanes);
            TVec x = TSimd.Broadcast(a[k]);
            c00 = AddProduct(c00, x, w0);
            c01 = AddProduct(c01, x, w1);
            c02 = AddProduct(c02, x, w2);
            c03 = AddProduct(c03, x, w3);
            x = TSimd.Broadcast(a1[k]);
            c10 = AddProduct(c10, x, w0);
            c11 = AddProduct(c11, x, w1);
            c12 = AddProduct(c12, x, w2);
            c13 = AddProduct(c13, x, w3);
            x = TSimd.Broadcast(a2[k]);
            c20 = AddProduct(c20, x, w0);
            c21 = AddProduct(c21, x, w1);
            c22 = AddProduct(c22, x, w2);
            c23 = AddProduct(c23, x, w3);
            x = TSimd.Broadcast(a3[k]);
            c30 = AddProduct(c30, x, w0);
            c31 = AddProduct(c31, x, w1);
            c32 = AddProduct(c32, x, w2);
            c33 = AddProduct(c33, x, w3);
            p0 += PanelWidth;
            p1 += PanelWidth;
        }

        StoreFour(c00, c01, c02, c03, scale, c);
        StoreFour(c10, c11, c12, c13, scale, c + ldc);
        StoreFour(c20, c21, c22, c23, scale, c + (2 * ldc));
        StoreFour(c30, c31, c32, c33, scale, c + (3 * ldc));
    }

    /// <summary>One row: two vectors of each of four panels, from the 16-bit form of the weights.</summary>
    private static void MultiplyRow(float* a, ExactMatrix w, float* c)
    {
        int panels = w.PaddedOutputs / PanelWidth;
        int together = Math.Min(panels, 4);
        for (int panel = 0; panel < panels; panel += together)
        {
            panel = Math.Min(panel, panels - together);
            for (int word = 0; word < PanelWords; word += TSimd.Lanes)
            {
                if (together == 4)
                {
                    FourPanels(a, w, (panel * PanelWidth) + word, c);
                }
                else
                {
                    for (int i = 0; i < together; i++)
                    {
                        OnePanel(a, w, ((panel + i) * PanelWidth) + word, c);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourPanels(float* a, ExactMatrix w, int n, float* c)
    {
        int* w0 = w.Words(n / PanelWidth) + (n % PanelWidth);
        int* w1 = w.Words((n / PanelWidth) + 1) + (n % PanelWidth);
        int* w2 = w.Words((n / PanelWidth) + 2) + (n % PanelWidth);
        int* w3 = w.Words((n / PanelWidth) + 3) + (n % PanelWidth);
        float* start = w.Start(n);
        TVec l0 = TSimd.Load(start), h0 = TSimd.Load(start + PanelWords);
        TVec l1 = TSimd.Load(start + PanelWidth), h1 = TSimd.Load(start + PanelWidth + PanelWords);
        TVec l2 = TSimd.Load(start + (2 * PanelWidth)), h2 = TSimd.Load(start + (2 * PanelWidth) + PanelWords);
        TVec l3 = TSimd.Load(start + (3 * PanelWidth)), h3 = TSimd.Load(start + (3 * PanelWidth) + PanelWords);
        int inputs = w.Inputs;
        for (nint k = 0, at = 0; k < inputs; k++, at += PanelWords)
        {
            TVec x = TSimd.Broadcast(a[k]);
            l0 = AddProduct(l0, x, TSimd.LoadLowerHalves(w0 + at));
            h0 = AddProduct(h0, x, TSimd.LoadUpperHalves(w0 + at));
            l1 = AddProduct(l1, x, TSimd.LoadLowerHalves(w1 + at));
            h1 = AddProduct(h1, x, TSimd.LoadUpperHalves(w1 + at));
            l2 = AddProduct(l2, x, TSimd.LoadLowerHalves(w2 + at));
            h2 = AddProduct(h2, x, TSimd.LoadUpperHalves(w2 + at));
            l3 = AddProduct(l3, x, TSimd.LoadLowerHalves(w3 + at));
            h3 = AddProduct(h3, x, TSimd.LoadUpperHalves(w3 + at));
        }

        StoreHalves(l0, h0, w.Scale(n), c + n);
        StoreHalves(l1, h1, w.Scale(n + PanelWidth), c + n + PanelWidth);
        StoreHalves(l2, h2, w.Scale(n + (2 * PanelWidth)), c + n + (2 * PanelWidth));
        StoreHalves(l3, h3, w.Scale(n + (3 * PanelWidth)), c + n + (3 * PanelWidth));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OnePanel(float* a, ExactMatrix w, int n, float* c)
    {
        int* words = w.Words(n / PanelWidth) + (n % PanelWidth);
        TVec l = TSimd.Load(w.Start(n)), h = TSimd.Load(w.Start(n) + PanelWords);
        int inputs = w.Inputs;
        for (nint k = 0, at = 0; k < inputs; k++, at += PanelWords)
        {
            TVec x = TSimd.Broadcast(a[k]);
            l = AddProduct(l, x, TSimd.LoadLowerHalves(words + at));
            h = AddProduct(h, x, TSimd.LoadUpperHalves(words + at));
        }

        StoreHalves(l, h, w.Scale(n), c + n);
    }

    /// <summary>Two rows: the weights are read and widened once for both.</summary>
    private static void MultiplyTwoRows(float* a, nint lda, ExactMatrix w, float* c, nint ldc)
    {
        int panels = w.PaddedOutputs / PanelWidth;
        for (int panel = 0; panel < panels; panel += 2)
        {
            panel = panels == 1 ? 0 : Math.Min(panel, panels - 2);
            int second = Math.Min(panel + 1, panels - 1);
            for (int word = 0; word < PanelWords; word += TSimd.Lanes)
            {
                TwoRows(a, lda, w, (panel * PanelWidth) + word, (second * PanelWidth) + word, c, ldc);
            }
        }
    }

    /// <summary>Two rows by two vectors of each of two panels, whose outputs begin at <paramref name="n0"/> and <paramref name="n1"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoRows(float* a, nint lda, ExactMatrix w, int n0, int n1, float* c, nint ldc)
    {
        float* a1 = a + lda;
        int* w0 = w.Words(n0 / PanelWidth) + (n0 % PanelWidth);
        int* w1 = w.Words(n1 / PanelWidth) + (n1 % PanelWidth);
        TVec l00 = TSimd.Load(w.Start(n0)), h00 = TSimd.Load(w.Start(n0) + PanelWords);
        TVec l01 = TSimd.Load(w.Start(n1)), h01 = TSimd.Load(w.Start(n1) + PanelWords);
        TVec l10 = l00, h10 = h00, l11 = l01, h11 = h01;
        int inputs = w.Inputs;
        for (nint k = 0, at = 0; k < inputs; k++, at += PanelWords)
        {
            TVec x0 = TSimd.Broadcast(a[k]);
            TVec x1 = TSimd.Broadcast(a1[k]);
            TVec low = TSimd.LoadLowerHalves(w0 + at);
            TVec high = TSimd.LoadUpperHalves(w0 + at);
            l00 = AddProduct(l00, x0, low);
            h00 = AddProduct(h00, x0, high);
            l10 = AddProduct(l10, x1, low);
            h10 = AddProduct(h10, x1, high);
            low = TSimd.LoadLowerHalves(w1 + at);
            high = TSimd.LoadUpperHalves(w1 + at);
            l01 = AddProduct(l01, x0, low);
            h01 = AddProduct(h01, x0, high);
            l11 = AddProduct(l11, x1, low);
            h11 = AddProduct(h11, x1, high);
        }

        StoreHalves(l00, h00, w.Scale(n0), c + n0);
        StoreHalves(l01, h01, w.Scale(n1), c + n1);
        StoreHalves(l10, h10, w.Scale(n0), c + ldc + n0);
        StoreHalves(l11, h11, w.Scale(n1), c + ldc + n1);
    }

    private static void StorePair(TVec c0, TVec c1, float* scale, float* c)
    {
        TSimd.Store(c, TSimd.Multiply(c0, TSimd.Load(scale)));
        TSimd.Store(c + TSimd.Lanes, TSimd.Multiply(c1, TSimd.Load(scale + TSimd.Lanes)));
    }

    private static void StoreFour(TVec c0, TVec c1, TVec c2, TVec c3, float* scale, float* c)
    {
        StorePair(c0, c1, scale, c);
        StorePair(c2, c3, scale + (2 * TSimd.Lanes), c + (2 * TSimd.Lanes));
    }

    private static void StoreHalves(TVec low, TVec high, float* scale, float* c)
    {
        TSimd.Store(c, TSimd.Multiply(low, TSimd.Load(scale)));
        TSimd.Store(c + PanelWords, TSimd.Multiply(high, TSimd.Load(scale + PanelWords)));
    }
}
