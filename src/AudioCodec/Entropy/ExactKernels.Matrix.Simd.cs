using System.Runtime.CompilerServices;

namespace AudioCodec.Entropy;

/// <content>
/// Matrix products. Whatever the tile, an output is <c>(start + x0 q0 + x1 q1 + ...) * scale</c>, summed in this order. Where tiles
/// do not divide panels or rows, the last one starts earlier and computes some outputs again.
/// </content>
internal sealed unsafe partial class ExactKernels<TVec, TSimd>
{
    private const int PanelWidth = ExactMatrix.PanelWidth;
    private const int PanelWords = ExactMatrix.PanelWords;

    // Rows that are multiplied with the words themselves; for more, each panel is widened to floats once.
    private static int DirectRows => TSimd.HasManyRegisters ? 2 * RowTile : RowTile;

    public override void Multiply(ReadOnlySpan<float> a, int lda, int rows, ExactMatrix w, Span<float> c, int ldc)
    {
        if (rows <= 0)
        {
            return;
        }

        fixed (float* a0 = a[..(((rows - 1) * lda) + w.Inputs)], c0 = c[..(((rows - 1) * ldc) + w.PaddedOutputs)])
        {
            switch (rows)
            {
                case 1: MultiplyRow(a0, w, c0); break;
                case 2: MultiplyTwoRows(a0, lda, w, c0, ldc); break;
                case var _ when rows <= DirectRows: MultiplyWords(a0, lda, rows, w, c0, ldc); break;
                default: MultiplyFloats(a0, lda, rows, w, c0, ldc); break;
            }
        }
    }

    /// <summary>Three to eight rows.</summary>
    private static void MultiplyWords(float* a, nint lda, int rows, ExactMatrix w, float* c, nint ldc)
    {
        for (int panel = 0; panel < w.PaddedOutputs; panel += PanelWidth)
        {
            for (int n = panel; n < panel + PanelWords; n += TSimd.Lanes)
            {
                var weights = (float*)w.Words(n / PanelWidth) + (n % PanelWidth);
                if (rows <= RowTile)
                {
                    FourRows<PackedWords>(a, lda, rows, w, weights, n, c, ldc);
                }
                else
                {
                    EightRows<PackedWords>(a, lda, rows, w, weights, n, c, ldc);
                }
            }
        }
    }

    /// <summary>Many rows: a panel is widened once for all of them. The last tile starts earlier where tiles do not divide the rows.</summary>
    private static void MultiplyFloats(float* a, nint lda, int rows, ExactMatrix w, float* c, nint ldc)
    {
        float* floats = Scratch(w.Inputs * PanelWidth);
        for (int panel = 0; panel < w.PaddedOutputs; panel += PanelWidth)
        {
            Widen(w.Words(panel / PanelWidth), w.Inputs, floats);
            for (int n = panel; n < panel + PanelWords; n += TSimd.Lanes)
            {
                for (int tile = 0; tile < rows; tile += DirectRows)
                {
                    nint row = Math.Min(tile, rows - DirectRows);
                    if (TSimd.HasManyRegisters)
                    {
                        EightRows<WidenedFloats>(a + (row * lda), lda, DirectRows, w, floats + (n - panel), n, c + (row * ldc), ldc);
                    }
                    else
                    {
                        FourRows<WidenedFloats>(a + (row * lda), lda, DirectRows, w, floats + (n - panel), n, c + (row * ldc), ldc);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen(int* words, int inputs, float* floats)
    {
        for (nint k = 0; k < inputs; k++, words += PanelWords, floats += PanelWidth)
        {
            for (int lane = 0; lane < PanelWords; lane += TSimd.Lanes)
            {
                TSimd.Store(floats + lane, TSimd.LoadLowerHalves(words + lane));
                TSimd.Store(floats + PanelWords + lane, TSimd.LoadUpperHalves(words + lane));
            }
        }
    }

    /// <summary>Up to four rows by the two vectors of one vector of words: the sums stay in registers while the inputs run in ascending order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourRows<TForm>(float* a, nint lda, int rows, ExactMatrix w, float* weights, int n, float* c, nint ldc)
        where TForm : struct, IPanelForm
    {
        // Rows that are missing repeat the last one.
        nint last = rows - 1;
        float* a1 = a + (Math.Min(1, last) * lda), a2 = a + (Math.Min(2, last) * lda), a3 = a + (Math.Min(3, last) * lda);
        TVec l0 = TSimd.Load(w.Start(n)), h0 = TSimd.Load(w.Start(n) + PanelWords);
        TVec l1 = l0, h1 = h0, l2 = l0, h2 = h0, l3 = l0, h3 = h0;
        int inputs = w.Inputs;
        for (nint k = 0; k < inputs; k++, weights += TForm.Stride)
        {
            TVec low = TForm.Low(weights), high = TForm.High(weights);
            TVec x = TSimd.Broadcast(a[k]);
            l0 = AddProduct(l0, x, low);
            h0 = AddProduct(h0, x, high);
            x = TSimd.Broadcast(a1[k]);
            l1 = AddProduct(l1, x, low);
            h1 = AddProduct(h1, x, high);
            x = TSimd.Broadcast(a2[k]);
            l2 = AddProduct(l2, x, low);
            h2 = AddProduct(h2, x, high);
            x = TSimd.Broadcast(a3[k]);
            l3 = AddProduct(l3, x, low);
            h3 = AddProduct(h3, x, high);
        }

        float* scale = w.Scale(n);
        c += n;
        StoreHalves(l0, h0, scale, c);
        StoreHalves(l1, h1, scale, c + (Math.Min(1, last) * ldc));
        StoreHalves(l2, h2, scale, c + (Math.Min(2, last) * ldc));
        StoreHalves(l3, h3, scale, c + (Math.Min(3, last) * ldc));
    }

    /// <summary>As <see cref="FourRows"/>, for up to eight: sixteen sums fit into 32 registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightRows<TForm>(float* a, nint lda, int rows, ExactMatrix w, float* weights, int n, float* c, nint ldc)
        where TForm : struct, IPanelForm
    {
        nint last = rows - 1;
        float* a1 = a + lda, a2 = a1 + lda, a3 = a2 + lda, a4 = a3 + lda;
        float* a5 = a + (Math.Min(5, last) * lda), a6 = a + (Math.Min(6, last) * lda), a7 = a + (Math.Min(7, last) * lda);
        TVec l0 = TSimd.Load(w.Start(n)), h0 = TSimd.Load(w.Start(n) + PanelWords);
        TVec l1 = l0, h1 = h0, l2 = l0, h2 = h0, l3 = l0, h3 = h0;
        TVec l4 = l0, h4 = h0, l5 = l0, h5 = h0, l6 = l0, h6 = h0, l7 = l0, h7 = h0;
        int inputs = w.Inputs;
        for (nint k = 0; k < inputs; k++, weights += TForm.Stride)
        {
            TVec low = TForm.Low(weights), high = TForm.High(weights);
            TVec x = TSimd.Broadcast(a[k]);
            l0 = AddProduct(l0, x, low);
            h0 = AddProduct(h0, x, high);
            x = TSimd.Broadcast(a1[k]);
            l1 = AddProduct(l1, x, low);
            h1 = AddProduct(h1, x, high);
            x = TSimd.Broadcast(a2[k]);
            l2 = AddProduct(l2, x, low);
            h2 = AddProduct(h2, x, high);
            x = TSimd.Broadcast(a3[k]);
            l3 = AddProduct(l3, x, low);
            h3 = AddProduct(h3, x, high);
            x = TSimd.Broadcast(a4[k]);
            l4 = AddProduct(l4, x, low);
            h4 = AddProduct(h4, x, high);
            x = TSimd.Broadcast(a5[k]);
            l5 = AddProduct(l5, x, low);
            h5 = AddProduct(h5, x, high);
            x = TSimd.Broadcast(a6[k]);
            l6 = AddProduct(l6, x, low);
            h6 = AddProduct(h6, x, high);
            x = TSimd.Broadcast(a7[k]);
            l7 = AddProduct(l7, x, low);
            h7 = AddProduct(h7, x, high);
        }

        float* scale = w.Scale(n);
        c += n;
        StoreHalves(l0, h0, scale, c);
        StoreHalves(l1, h1, scale, c + ldc);
        StoreHalves(l2, h2, scale, c + (2 * ldc));
        StoreHalves(l3, h3, scale, c + (3 * ldc));
        StoreHalves(l4, h4, scale, c + (4 * ldc));
        StoreHalves(l5, h5, scale, c + (Math.Min(5, last) * ldc));
        StoreHalves(l6, h6, scale, c + (Math.Min(6, last) * ldc));
        StoreHalves(l7, h7, scale, c + (Math.Min(7, last) * ldc));
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

    private static void StoreHalves(TVec low, TVec high, float* scale, float* c)
    {
        TSimd.Store(c, TSimd.Multiply(low, TSimd.Load(scale)));
        TSimd.Store(c + PanelWords, TSimd.Multiply(high, TSimd.Load(scale + PanelWords)));
    }

    /// <summary>Weights of a panel as they are stored or as floats: from one input to the next, <see cref="Stride"/> 32-bit words.</summary>
    private interface IPanelForm
    {
        static abstract int Stride { get; }

        /// <summary>A vector of the first half of the panel's outputs.</summary>
        static abstract TVec Low(float* weights);

        /// <summary>The same of the second half.</summary>
        static abstract TVec High(float* weights);
    }

    private readonly struct PackedWords : IPanelForm
    {
        public static int Stride => PanelWords;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVec Low(float* weights) => TSimd.LoadLowerHalves((int*)weights);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVec High(float* weights) => TSimd.LoadUpperHalves((int*)weights);
    }

    private readonly struct WidenedFloats : IPanelForm
    {
        public static int Stride => PanelWidth;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVec Low(float* weights) => TSimd.Load(weights);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVec High(float* weights) => TSimd.Load(weights + PanelWords);
    }
}
