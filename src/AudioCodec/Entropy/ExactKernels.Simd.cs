using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AudioCodec.Entropy;

/// <summary>The kernels at one SIMD width.</summary>
/// <remarks>
/// Bounds: every method slices its spans to the extent it touches before taking references, so that a short span fails there;
/// the unchecked accesses below stay inside those slices.
/// </remarks>
internal sealed partial class ExactKernels<T> : ExactKernels
    where T : struct, ILane<T>
{
    private const int PanelWidth = PackedMatrix.PanelWidth;
    private const float Epsilon = 1e-5f;

    public override int Width => T.Width;

    public override void Multiply(ReadOnlySpan<float> a, int lda, int rows, PackedMatrix w, Span<float> c, int ldc)
    {
        if (rows <= 0)
        {
            return;
        }

        a = a[..(((rows - 1) * lda) + w.Inputs)];
        c = c[..(((rows - 1) * ldc) + w.PaddedOutputs)];
        ref float a0 = ref MemoryMarshal.GetReference(a);
        ref float c0 = ref MemoryMarshal.GetReference(c);
        int tiled = rows - (rows % RowTile);
        int pair = 2 * T.Width;
        if (tiled > 0)
        {
            for (int n = 0; n < w.PaddedOutputs; n += pair)
            {
                ref float panel = ref Unsafe.Add(ref w.Panel(n / PanelWidth), n % PanelWidth);
                ref float bias = ref w.Bias[n];
                for (int row = 0; row < tiled; row += RowTile)
                {
                    Tile4x2(ref Unsafe.Add(ref a0, (nint)row * lda), lda, w.Inputs, ref panel, ref bias, ref Unsafe.Add(ref c0, ((nint)row * ldc) + n), ldc);
                }
            }
        }

        for (int row = tiled; row < rows; row++)
        {
            MultiplyRow(ref Unsafe.Add(ref a0, (nint)row * lda), w, ref Unsafe.Add(ref c0, (nint)row * ldc));
        }
    }

    public override void AddNormalize(Span<float> x, ReadOnlySpan<float> y, int width, ReadOnlySpan<float> gain, ReadOnlySpan<float> bias)
    {
        int padded = (width + 15) & ~15;
        Span<float> values = x[..padded];
        ref float x0 = ref MemoryMarshal.GetReference(values);
        ref float y0 = ref MemoryMarshal.GetReference(y[..padded]);
        for (int i = 0; i < padded; i += T.Width)
        {
            T.Store(T.Load(ref x0, i) + T.Load(ref y0, i), ref x0, i);
        }

        values[width..].Clear();
        T mean = T.Broadcast(Sum(values) / width);
        for (int i = 0; i < padded; i += T.Width)
        {
            T.Store(T.Load(ref x0, i) - mean, ref x0, i);
        }

        values[width..].Clear();
        float variance = SumOfSquares(values) / width;
        T inverse = T.Broadcast(1f / MathF.Sqrt(variance + Epsilon));
        ref float g0 = ref MemoryMarshal.GetReference(gain[..padded]);
        ref float b0 = ref MemoryMarshal.GetReference(bias[..padded]);
        for (int i = 0; i < padded; i += T.Width)
        {
            T.Store((T.Load(ref x0, i) * inverse * T.Load(ref g0, i)) + T.Load(ref b0, i), ref x0, i);
        }
    }

    public override void Gelu(Span<float> x)
    {
        ref float x0 = ref MemoryMarshal.GetReference(x);
        for (int i = 0; i <= x.Length - T.Width; i += T.Width)
        {
            T.Store(ExactMath.Gelu(T.Load(ref x0, i)), ref x0, i);
        }
    }

    public override void QuantizedExponentials(ReadOnlySpan<float> logits, int count, Span<int> quantized)
    {
        float max = float.NegativeInfinity;
        foreach (float logit in logits[..count])
        {
            max = logit > max ? logit : max;
        }

        int padded = (count + 15) & ~15;
        ref float x0 = ref MemoryMarshal.GetReference(logits[..padded]);
        ref int q0 = ref MemoryMarshal.GetReference(quantized[..padded]);
        T top = T.Broadcast(max);
        T unit = T.Broadcast(16777216f);
        for (int i = 0; i < padded; i += T.Width)
        {
            T.StoreTruncated(ExactMath.Exp(T.Load(ref x0, i) - top) * unit, ref q0, i);
        }
    }

    /// <summary>Four rows by two lanes: the sums stay in registers while the inputs run in ascending order.</summary>
    private static void Tile4x2(ref float a, nint lda, int inputs, ref float panel, ref float bias, ref float c, nint ldc)
    {
        T c00 = T.Load(ref bias, 0), c01 = T.Load(ref bias, T.Width);
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

        T.Store(c00, ref c, 0);
        T.Store(c01, ref c, T.Width);
        T.Store(c10, ref c, ldc);
        T.Store(c11, ref c, ldc + T.Width);
        T.Store(c20, ref c, 2 * ldc);
        T.Store(c21, ref c, (2 * ldc) + T.Width);
        T.Store(c30, ref c, 3 * ldc);
        T.Store(c31, ref c, (3 * ldc) + T.Width);
    }

    /// <summary>One row: eight lanes at a time from up to four panels, so that eight sums are under way at once.</summary>
    private static void MultiplyRow(ref float a, PackedMatrix w, ref float c)
    {
        int pair = 2 * T.Width;
        int n = 0;
        for (; n <= w.PaddedOutputs - (4 * pair); n += 4 * pair)
        {
            RowTile1x8(
                ref a,
                w.Inputs,
                ref Column(w, n),
                ref Column(w, n + pair),
                ref Column(w, n + (2 * pair)),
                ref Column(w, n + (3 * pair)),
                ref w.Bias[n],
                ref Unsafe.Add(ref c, n));
        }

        for (; n < w.PaddedOutputs; n += pair)
        {
            ref float panel = ref Column(w, n);
            T c0 = T.Load(ref w.Bias[n], 0), c1 = T.Load(ref w.Bias[n], T.Width);
            for (nint k = 0; k < w.Inputs; k++)
            {
                T x = T.Broadcast(Unsafe.Add(ref a, k));
                c0 += x * T.Load(ref panel, k * PanelWidth);
                c1 += x * T.Load(ref panel, (k * PanelWidth) + T.Width);
            }

            T.Store(c0, ref c, n);
            T.Store(c1, ref c, n + T.Width);
        }
    }

    private static ref float Column(PackedMatrix w, int n) => ref Unsafe.Add(ref w.Panel(n / PanelWidth), n % PanelWidth);

    private static void RowTile1x8(
        ref float a, int inputs, ref float p0, ref float p1, ref float p2, ref float p3, ref float bias, ref float c)
    {
        int width = T.Width;
        T c0 = T.Load(ref bias, 0), c1 = T.Load(ref bias, width);
        T c2 = T.Load(ref bias, 2 * width), c3 = T.Load(ref bias, 3 * width);
        T c4 = T.Load(ref bias, 4 * width), c5 = T.Load(ref bias, 5 * width);
        T c6 = T.Load(ref bias, 6 * width), c7 = T.Load(ref bias, 7 * width);
        for (nint k = 0, at = 0; k < inputs; k++, at += PanelWidth)
        {
            T x = T.Broadcast(Unsafe.Add(ref a, k));
            c0 += x * T.Load(ref p0, at);
            c1 += x * T.Load(ref p0, at + width);
            c2 += x * T.Load(ref p1, at);
            c3 += x * T.Load(ref p1, at + width);
            c4 += x * T.Load(ref p2, at);
            c5 += x * T.Load(ref p2, at + width);
            c6 += x * T.Load(ref p3, at);
            c7 += x * T.Load(ref p3, at + width);
        }

        T.Store(c0, ref c, 0);
        T.Store(c1, ref c, width);
        T.Store(c2, ref c, 2 * width);
        T.Store(c3, ref c, 3 * width);
        T.Store(c4, ref c, 4 * width);
        T.Store(c5, ref c, 5 * width);
        T.Store(c6, ref c, 6 * width);
        T.Store(c7, ref c, 7 * width);
    }

    /// <summary>Sum with sixteen partial sums, element i in sum i mod 16, which are then added in pairs, 8, 4, 2, 1 apart.</summary>
    private static float Sum(ReadOnlySpan<float> x)
    {
        ref float x0 = ref MemoryMarshal.GetReference(x);
        Span<float> partial = stackalloc float[16];
        for (int lane = 0; lane < 16; lane += T.Width)
        {
            T sum = T.Broadcast(0f);
            for (int i = lane; i < x.Length; i += 16)
            {
                sum += T.Load(ref x0, i);
            }

            T.Store(sum, ref partial[0], lane);
        }

        return Fold(partial);
    }

    private static float SumOfSquares(ReadOnlySpan<float> x)
    {
        ref float x0 = ref MemoryMarshal.GetReference(x);
        Span<float> partial = stackalloc float[16];
        for (int lane = 0; lane < 16; lane += T.Width)
        {
            T sum = T.Broadcast(0f);
            for (int i = lane; i < x.Length; i += 16)
            {
                T value = T.Load(ref x0, i);
                sum += value * value;
            }

            T.Store(sum, ref partial[0], lane);
        }

        return Fold(partial);
    }

    private static float Fold(Span<float> partial)
    {
        for (int apart = 8; apart >= 1; apart /= 2)
        {
            for (int i = 0; i < apart; i++)
            {
                partial[i] += partial[i + apart];
            }
        }

        return partial[0];
    }
}
