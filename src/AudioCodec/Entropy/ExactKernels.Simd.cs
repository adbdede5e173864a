using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using AudioCodec.Numerics.Vectors;

namespace AudioCodec.Entropy;

/// <summary>The kernels of one tier.</summary>
/// <remarks>
/// Bounds: before taking addresses every method slices its spans to the extent it accesses, so that a short span fails there;
/// the unchecked accesses stay inside those slices.
/// Loops over vectors are optimized at their first call: compiled step by step, a process's first chunk takes four times as long.
/// </remarks>
internal sealed unsafe partial class ExactKernels<TVec, TSimd> : ExactKernels
    where TVec : struct
    where TSimd : struct, IExactSimd<TVec>
{
    private const float Epsilon = 1e-5f;

    public override int Width => TSimd.Lanes;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddNormalize(Span<float> x, ReadOnlySpan<float> y, int width, ReadOnlySpan<float> gain, ReadOnlySpan<float> bias)
    {
        int padded = (width + 15) & ~15;
        Span<float> values = x[..padded];
        fixed (float* x0 = values, y0 = y[..padded], g0 = gain[..padded], b0 = bias[..padded])
        {
            for (int i = 0; i < padded; i += TSimd.Lanes)
            {
                TSimd.Store(x0 + i, TSimd.Add(TSimd.Load(x0 + i), TSimd.Load(y0 + i)));
            }

            values[width..].Clear();
            TVec mean = TSimd.Broadcast(Sum(x0, padded) / width);
            for (int i = 0; i < padded; i += TSimd.Lanes)
            {
                TSimd.Store(x0 + i, TSimd.Subtract(TSimd.Load(x0 + i), mean));
            }

            values[width..].Clear();
            float variance = SumOfSquares(x0, padded) / width;
            TVec inverse = TSimd.Broadcast(1f / MathF.Sqrt(variance + Epsilon));
            for (int i = 0; i < padded; i += TSimd.Lanes)
            {
                TVec scaled = TSimd.Multiply(TSimd.Multiply(TSimd.Load(x0 + i), inverse), TSimd.Load(g0 + i));
                TSimd.Store(x0 + i, TSimd.Add(scaled, TSimd.Load(b0 + i)));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Gelu(Span<float> x)
    {
        fixed (float* x0 = x)
        {
            for (int i = 0; i <= x.Length - TSimd.Lanes; i += TSimd.Lanes)
            {
                TSimd.Store(x0 + i, Gelu(TSimd.Load(x0 + i)));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void QuantizedExponentials(ReadOnlySpan<float> logits, int count, Span<int> quantized)
    {
        int padded = (count + 15) & ~15;
        fixed (float* x0 = logits[..padded])
        fixed (int* q0 = quantized[..padded])
        {
            TVec top = TSimd.Broadcast(Largest(x0, count));
            int i = 0;
            for (; i <= padded - (4 * TSimd.Lanes); i += 4 * TSimd.Lanes)
            {
                // Four at a time, all loads first: if the spans are a multiple of a page apart, a load would wait for the stores before it.
                TVec e0 = ScaledExponential(TSimd.Load(x0 + i), top);
                TVec e1 = ScaledExponential(TSimd.Load(x0 + i + TSimd.Lanes), top);
                TVec e2 = ScaledExponential(TSimd.Load(x0 + i + (2 * TSimd.Lanes)), top);
                TVec e3 = ScaledExponential(TSimd.Load(x0 + i + (3 * TSimd.Lanes)), top);
                TSimd.StoreTruncated(q0 + i, e0);
                TSimd.StoreTruncated(q0 + i + TSimd.Lanes, e1);
                TSimd.StoreTruncated(q0 + i + (2 * TSimd.Lanes), e2);
                TSimd.StoreTruncated(q0 + i + (3 * TSimd.Lanes), e3);
            }

            for (; i < padded; i += TSimd.Lanes)
            {
                TSimd.StoreTruncated(q0 + i, ScaledExponential(TSimd.Load(x0 + i), top));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec ScaledExponential(TVec x, TVec top) => TSimd.Multiply(Exp(TSimd.Subtract(x, top)), TSimd.Broadcast(16777216f));

    /// <summary>sum + x w, rounded twice: never fused.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec AddProduct(TVec sum, TVec x, TVec w) => TSimd.Add(sum, TSimd.Multiply(x, w));

    /// <summary>The largest value, whatever the order of comparisons.</summary>
    private static float Largest(float* x, int count)
    {
        int i = 0;
        float* folded = stackalloc float[16];
        TVec m0 = TSimd.Broadcast(x[0]), m1 = m0, m2 = m0, m3 = m0;
        for (; i <= count - (4 * TSimd.Lanes); i += 4 * TSimd.Lanes)
        {
            m0 = TSimd.Larger(m0, TSimd.Load(x + i));
            m1 = TSimd.Larger(m1, TSimd.Load(x + i + TSimd.Lanes));
            m2 = TSimd.Larger(m2, TSimd.Load(x + i + (2 * TSimd.Lanes)));
            m3 = TSimd.Larger(m3, TSimd.Load(x + i + (3 * TSimd.Lanes)));
        }

        for (; i <= count - TSimd.Lanes; i += TSimd.Lanes)
        {
            m0 = TSimd.Larger(m0, TSimd.Load(x + i));
        }

        TSimd.Store(folded, TSimd.Larger(TSimd.Larger(m0, m1), TSimd.Larger(m2, m3)));
        return LargestScalar(x + i, count - i, LargestScalar(folded, TSimd.Lanes, x[0]));
    }

    private static float LargestScalar(float* x, int count, float max)
    {
        for (int i = 0; i < count; i++)
        {
            max = x[i] > max ? x[i] : max;
        }

        return max;
    }

    /// <summary>Sum with sixteen partial sums, element i in sum i mod 16, which are then added in pairs, 8, 4, 2, 1 apart.</summary>
    private static float Sum(float* x, int count)
    {
        float* partial = stackalloc float[16];
        for (int lane = 0; lane < 16; lane += TSimd.Lanes)
        {
            TVec sum = TSimd.Broadcast(0f);
            for (int i = lane; i < count; i += 16)
            {
                sum = TSimd.Add(sum, TSimd.Load(x + i));
            }

            TSimd.Store(partial + lane, sum);
        }

        return Fold(partial);
    }

    /// <summary>As <see cref="Sum"/>, of the squares.</summary>
    private static float SumOfSquares(float* x, int count)
    {
        float* partial = stackalloc float[16];
        for (int lane = 0; lane < 16; lane += TSimd.Lanes)
        {
            TVec sum = TSimd.Broadcast(0f);
            for (int i = lane; i < count; i += 16)
            {
                TVec value = TSimd.Load(x + i);
                sum = AddProduct(sum, value, value);
            }

            TSimd.Store(partial + lane, sum);
        }

        return Fold(partial);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Fold(float* partial)
    {
        Vector128<float> four = Vector128.Load(partial) + Vector128.Load(partial + 8) + (Vector128.Load(partial + 4) + Vector128.Load(partial + 12));
        return four[0] + four[2] + (four[1] + four[3]);
    }
}
