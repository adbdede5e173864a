using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AudioCodec.Codecs;

namespace AudioCodec.Entropy;

/// <content>
/// Matrix products. Whatever the tile, an output is <c>(start + x0 q0 + x1 q1 + ...) * scale</c>, summed in this order. Where panels
/// do not divide into tiles, the last tile begins earlier and computes some outputs again.
/// </content>
internal sealed partial class ExactKernels<T>
{
    private const int PanelWidth = PackedMatrix.PanelWidth;
    private const int PanelWords = PackedMatrix.PanelWords;

    public override void Multiply(ReadOnlySpan<float> a, int lda, int rows, PackedMatrix w, Span<float> c, int ldc)
    {
        if (rows <= 0)
        {
            return;
        }

        ref float a0 = ref MemoryMarshal.GetReference(a[..(((rows - 1) * lda) + w.Inputs)]);
        ref float c0 = ref MemoryMarshal.GetReference(c[..(((rows - 1) * ldc) + w.PaddedOutputs)]);
        int tiled = rows - (rows % RowTile);
        MultiplyTiles(ref a0, lda, tiled, w, ref c0, ldc);
        int row = tiled;
        for (; row <= rows - 2; row += 2)
        {
            MultiplyTwoRows(ref Unsafe.Add(ref a0, (nint)row * lda), lda, w, ref Unsafe.Add(ref c0, (nint)row * ldc), ldc);
        }

        if (row < rows)
        {
            MultiplyRow(ref Unsafe.Add(ref a0, (nint)row * lda), w, ref Unsafe.Add(ref c0, (nint)row * ldc));
        }
    }

    private static void MultiplyTiles(ref float a, nint lda, int rows, PackedMatrix w, ref float c, nint ldc)
    {
        int columns;
        for (int n = 0; rows > 0 && n < w.PaddedOutputs; n += columns)
        {
            // Sixteen sums of sixteen floats fit the registers of a machine with such registers, eight sums those of the others.
            bool wide = T.Width == 16 && n + (4 * T.Width) <= w.PaddedOutputs;
            columns = (wide ? 4 : 2) * T.Width;
            ref float panel = ref Unsafe.Add(ref w.Panel(n / PanelWidth), n % PanelWidth);
            for (nint row = 0; row < rows; row += RowTile)
            {
                ref float from = ref Unsafe.Add(ref a, row * lda);
                ref float to = ref Unsafe.Add(ref c, (row * ldc) + n);
                if (wide)
                {
                    Tile4x4(ref from, lda, w.Inputs, ref panel, ref w.Panel((n / PanelWidth) + 1), ref w.Start[n], ref w.Scale[n], ref to, ldc);
                }
                else
                {
                    Tile4x2(ref from, lda, w.Inputs, ref panel, ref w.Start[n], ref w.Scale[n], ref to, ldc);
                }
            }
        }
    }

    /// <summary>Four rows by two lanes: the sums stay in registers while the inputs run in ascending order.</summary>
    private static void Tile4x2(ref float a, nint lda, int inputs, ref float panel, ref float start, ref float scale, ref float c, nint ldc)
    {
        T c00 = T.Load(ref start, 0), c01 = T.Load(ref start, T.Width);
        T c10 = c00, c11 = c01, c20 = c00, c21 = c01, c30 = c00, c31 = c01;
        ref float a1 = ref Unsafe.Add(ref a, lda);
        ref float a2 = ref Unsafe.Add(ref a, 2 * lda);
        ref float a3 = ref Unsafe.Add(ref a, 3 * lda);
        for (nint k = 0; k < inputs; k++)
        {
            T w0 = T.Load(ref panel, k * PanelWidth);
            T w1 = T.Load(ref panel, (k * PanelWidth) + T.Width);
            T x = T.Broadcast(Unsafe.Add(ref a, k));
            c00 += x * w0;
            c01 += x * w1;
            x = T.Broadcast(Unsafe.Add(ref a1, k));
            c10 += x * w0;
            c11 += x * w1;
            x = T.Broadcast(Unsafe.Add(ref a2, k));
            c20 += x * w0;
            c21 += x * w1;
            x = T.Broadcast(Unsafe.Add(ref a3, k));
            c30 += x * w0;
            c31 += x * w1;
        }

        StorePair(c00, c01, ref scale, ref c);
        StorePair(c10, c11, ref scale, ref Unsafe.Add(ref c, ldc));
        StorePair(c20, c21, ref scale, ref Unsafe.Add(ref c, 2 * ldc));
        StorePair(c30, c31, ref scale, ref Unsafe.Add(ref c, 3 * ldc));
    }

    /// <summary>Four rows by two lanes of each of two panels.</summary>
    private static void Tile4x4(
        ref float a, nint lda, int inputs, ref float p0, ref float p1, ref float start, ref float scale, ref float c, nint ldc)
    {
        T c00 = T.Load(ref start, 0), c01 = T.Load(ref start, T.Width), c02 = T.Load(ref start, 2 * T.Width), c03 = T.Load(ref start, 3 * T.Width);
        T c10 = c00, c11 = c01, c12 = c02, c13 = c03;
        T c20 = c00, c21 = c01, c22 = c02, c23 = c03;
        T c30 = c00, c31 = c01, c32 = c02, c33 = c03;
        ref float a1 = ref Unsafe.Add(ref a, lda);
        ref float a2 = ref Unsafe.Add(ref a, 2 * lda);
        ref float a3 = ref Unsafe.Add(ref a, 3 * lda);
        for (nint k = 0; k < inputs; k++)
        {
            T w0 = T.Load(ref p0, k * PanelWidth);
            T w1 = T.Load(ref p0, (k * PanelWidth) + T.Width);
            T w2 = T.Load(ref p1, k * PanelWidth);
            T w3 = T.Load(ref p1, (k * PanelWidth) + T.Width);
            T x = T.Broadcast(Unsafe.Add(ref a, k));
            c00 += x * w0;
            c01 += x * w1;
            c02 += x * w2;
            c03 += x * w3;
            x = T.Broadcast(Unsafe.Add(ref a1, k));
            c10 += x * w0;
            c11 += x * w1;
            c12 += x * w2;
            c13 += x * w3;
            x = T.Broadcast(Unsafe.Add(ref a2, k));
            c20 += x * w0;
            c21 += x * w1;
            c22 += x * w2;
            c23 += x * w3;
            x = T.Broadcast(Unsafe.Add(ref a3, k));
            c30 += x * w0;
            c31 += x * w1;
            c32 += x * w2;
            c33 += x * w3;
        }

        StoreFour(c00, c01, c02, c03, ref scale, ref c);
        StoreFour(c10, c11, c12, c13, ref scale, ref Unsafe.Add(ref c, ldc));
        StoreFour(c20, c21, c22, c23, ref scale, ref Unsafe.Add(ref c, 2 * ldc));
        StoreFour(c30, c31, c32, c33, ref scale, ref Unsafe.Add(ref c, 3 * ldc));
    }

    /// <summary>One row: two lanes of each of four panels, from the 16-bit form of the weights.</summary>
    private static void MultiplyRow(ref float a, PackedMatrix w, ref float c)
    {
        int panels = w.PaddedOutputs / PanelWidth;
        int together = Math.Min(panels, 4);
        for (int panel = 0; panel < panels; panel += together)
        {
            panel = Math.Min(panel, panels - together);
            for (int word = 0; word < PanelWords; word += T.Width)
            {
                ref int w0 = ref Unsafe.Add(ref w.Words(panel), word);
                if (together == 4)
                {
                    FourPanels(ref a, w, panel, word, ref w0, ref c);
                }
                else
                {
                    for (int i = 0; i < together; i++)
                    {
                        OnePanel(ref a, w, panel + i, word, ref c);
                    }
                }
            }
        }
    }

    private static void FourPanels(ref float a, PackedMatrix w, int panel, int word, ref int w0, ref float c)
    {
        int n = (panel * PanelWidth) + word;
        ref int w1 = ref Unsafe.Add(ref w.Words(panel + 1), word);
        ref int w2 = ref Unsafe.Add(ref w.Words(panel + 2), word);
        ref int w3 = ref Unsafe.Add(ref w.Words(panel + 3), word);
        ref float start = ref w.Start[n];
        T l0 = T.Load(ref start, 0), h0 = T.Load(ref start, PanelWords);
        T l1 = T.Load(ref start, PanelWidth), h1 = T.Load(ref start, PanelWidth + PanelWords);
        T l2 = T.Load(ref start, 2 * PanelWidth), h2 = T.Load(ref start, (2 * PanelWidth) + PanelWords);
        T l3 = T.Load(ref start, 3 * PanelWidth), h3 = T.Load(ref start, (3 * PanelWidth) + PanelWords);
        int inputs = w.Inputs;
        for (nint k = 0, at = 0; k < inputs; k++, at += PanelWords)
        {
            T x = T.Broadcast(Unsafe.Add(ref a, k));
            T.LoadHalves(ref w0, at, out T low, out T high);
            l0 += x * low;
            h0 += x * high;
            T.LoadHalves(ref w1, at, out low, out high);
            l1 += x * low;
            h1 += x * high;
            T.LoadHalves(ref w2, at, out low, out high);
            l2 += x * low;
            h2 += x * high;
            T.LoadHalves(ref w3, at, out low, out high);
            l3 += x * low;
            h3 += x * high;
        }

        StoreHalves(l0, h0, ref w.Scale[n], ref Unsafe.Add(ref c, n));
        StoreHalves(l1, h1, ref w.Scale[n + PanelWidth], ref Unsafe.Add(ref c, n + PanelWidth));
        StoreHalves(l2, h2, ref w.Scale[n + (2 * PanelWidth)], ref Unsafe.Add(ref c, n + (2 * PanelWidth)));
        StoreHalves(l3, h3, ref w.Scale[n + (3 * PanelWidth)], ref Unsafe.Add(ref c, n + (3 * PanelWidth)));
    }

    private static void OnePanel(ref float a, PackedMatrix w, int panel, int word, ref float c)
    {
        int n = (panel * PanelWidth) + word;
        ref int words = ref Unsafe.Add(ref w.Words(panel), word);
        T l = T.Load(ref w.Start[n], 0), h = T.Load(ref w.Start[n], PanelWords);
        int inputs = w.Inputs;
        for (nint k = 0, at = 0; k < inputs; k++, at += PanelWords)
        {
            T x = T.Broadcast(Unsafe.Add(ref a, k));
            T.LoadHalves(ref words, at, out T low, out T high);
            l += x * low;
            h += x * high;
        }

        StoreHalves(l, h, ref w.Scale[n], ref Unsafe.Add(ref c, n));
    }

    /// <summary>Two rows: the weights are read and widened once for both.</summary>
    private static void MultiplyTwoRows(ref float a, nint lda, PackedMatrix w, ref float c, nint ldc)
    {
        int panels = w.PaddedOutputs / PanelWidth;
        for (int panel = 0; panel < panels; panel += 2)
        {
            panel = panels == 1 ? 0 : Math.Min(panel, panels - 2);
            int second = Math.Min(panel + 1, panels - 1);
            for (int word = 0; word < PanelWords; word += T.Width)
            {
                TwoRows(ref a, lda, w, (panel * PanelWidth) + word, (second * PanelWidth) + word, ref c, ldc);
            }
        }
    }

    /// <summary>Two rows by two lanes of each of two panels, whose outputs begin at <paramref name="n0"/> and <paramref name="n1"/>.</summary>
    private static void TwoRows(ref float a, nint lda, PackedMatrix w, int n0, int n1, ref float c, nint ldc)
    {
        ref float a1 = ref Unsafe.Add(ref a, lda);
        ref int w0 = ref Unsafe.Add(ref w.Words(n0 / PanelWidth), n0 % PanelWidth);
        ref int w1 = ref Unsafe.Add(ref w.Words(n1 / PanelWidth), n1 % PanelWidth);
        T l00 = T.Load(ref w.Start[n0], 0), h00 = T.Load(ref w.Start[n0], PanelWords);
        T l01 = T.Load(ref w.Start[n1], 0), h01 = T.Load(ref w.Start[n1], PanelWords);
        T l10 = l00, h10 = h00, l11 = l01, h11 = h01;
        int inputs = w.Inputs;
        for (nint k = 0, at = 0; k < inputs; k++, at += PanelWords)
        {
            T x0 = T.Broadcast(Unsafe.Add(ref a, k));
            T x1 = T.Broadcast(Unsafe.Add(ref a1, k));
            T.LoadHalves(ref w0, at, out T low, out T high);
            l00 += x0 * low;
            h00 += x0 * high;
            l10 += x1 * low;
            h10 += x1 * high;
            T.LoadHalves(ref w1, at, out low, out high);
            l01 += x0 * low;
            h01 += x0 * high;
            l11 += x1 * low;
            h11 += x1 * high;
        }

        StoreHalves(l00, h00, ref w.Scale[n0], ref Unsafe.Add(ref c, n0));
        StoreHalves(l01, h01, ref w.Scale[n1], ref Unsafe.Add(ref c, n1));
        StoreHalves(l10, h10, ref w.Scale[n0], ref Unsafe.Add(ref c, ldc + n0));
        StoreHalves(l11, h11, ref w.Scale[n1], ref Unsafe.Add(ref c, ldc + n1));
    }

    private static void StorePair(T c0, T c1, ref float scale, ref float c)
    {
        T.Store(c0 * T.Load(ref scale, 0), ref c, 0);
        T.Store(c1 * T.Load(ref scale, T.Width), ref c, T.Width);
    }

    private static void StoreFour(T c0, T c1, T c2, T c3, ref float scale, ref float c)
    {
        StorePair(c0, c1, ref scale, ref c);
        StorePair(c2, c3, ref Unsafe.Add(ref scale, 2 * T.Width), ref Unsafe.Add(ref c, 2 * T.Width));
    }

    private static void StoreHalves(T low, T high, ref float scale, ref float c)
    {
        T.Store(low * T.Load(ref scale, 0), ref c, 0);
        T.Store(high * T.Load(ref scale, PanelWords), ref c, PanelWords);
    }
}
