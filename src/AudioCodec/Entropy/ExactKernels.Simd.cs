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
    private const float Epsilon = 1e-5f;

    public override int Width => T.Width;

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
        float max = Largest(logits[..count]);
        int padded = (count + 15) & ~15;
        ref float x0 = ref MemoryMarshal.GetReference(logits[..padded]);
        ref int q0 = ref MemoryMarshal.GetReference(quantized[..padded]);
        T top = T.Broadcast(max);
        int i = 0;
        for (; i <= padded - (4 * T.Width); i += 4 * T.Width)
        {
            // Four at a time, all loads first: where the two spans lie whole pages apart, a load waits for the stores before it.
            T e0 = ScaledExponential(T.Load(ref x0, i) - top);
            T e1 = ScaledExponential(T.Load(ref x0, i + T.Width) - top);
            T e2 = ScaledExponential(T.Load(ref x0, i + (2 * T.Width)) - top);
            T e3 = ScaledExponential(T.Load(ref x0, i + (3 * T.Width)) - top);
            T.StoreTruncated(e0, ref q0, i);
            T.StoreTruncated(e1, ref q0, i + T.Width);
            T.StoreTruncated(e2, ref q0, i + (2 * T.Width));
            T.StoreTruncated(e3, ref q0, i + (3 * T.Width));
        }

        for (; i < padded; i += T.Width)
        {
            T.StoreTruncated(ScaledExponential(T.Load(ref x0, i) - top), ref q0, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ScaledExponential(T x) => ExactMath.Exp(x) * T.Broadcast(16777216f);

    /// <summary>The largest value, whatever the order of comparisons.</summary>
    private static float Largest(ReadOnlySpan<float> x)
    {
        float max = x[0];
        int whole = x.Length & ~15;
        if (whole > 0)
        {
            ref float x0 = ref MemoryMarshal.GetReference(x);
            T lanes = T.Load(ref x0, 0);
            for (int i = T.Width; i < whole; i += T.Width)
            {
                lanes = T.Max(lanes, T.Load(ref x0, i));
            }

            Span<float> folded = stackalloc float[16];
            T.Store(lanes, ref folded[0], 0);
            max = LargestScalar(folded[..T.Width], max);
        }

        return LargestScalar(x[whole..], max);
    }

    private static float LargestScalar(ReadOnlySpan<float> x, float max)
    {
        foreach (float value in x)
        {
            max = value > max ? value : max;
        }

        return max;
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
