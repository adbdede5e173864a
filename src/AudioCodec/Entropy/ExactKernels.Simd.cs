using System.Runtime.CompilerServices;
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
        float max = x[0];
        int whole = count & ~15;
        if (whole > 0)
        {
            TVec lanes = TSimd.Load(x);
            for (int i = TSimd.Lanes; i < whole; i += TSimd.Lanes)
            {
                lanes = TSimd.Larger(lanes, TSimd.Load(x + i));
            }

            float* folded = stackalloc float[16];
            TSimd.Store(folded, lanes);
            max = LargestScalar(folded, TSimd.Lanes, max);
        }

        return LargestScalar(x + whole, count - whole, max);
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

    private static float Fold(float* partial)
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
