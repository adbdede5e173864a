using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AudioCodec.Numerics;

/// <summary>Elementwise activations.</summary>
/// <remarks>
/// Accuracy: absolute error below 2e-7 for outputs of magnitude up to 1, relative 2e-7 near zero. NaN gives NaN. A value's
/// result does not depend on its place in the span. Allocates 0 B.
/// </remarks>
internal static unsafe class Activation
{
    /// <summary>x where x &gt; 0, else exp(x) - 1.</summary>
    /// <param name="source">Addresses <paramref name="count"/> values.</param>
    /// <param name="destination">Receives as many; may be <paramref name="source"/>.</param>
    /// <param name="count">Number of values.</param>
    public static void Elu(float* source, float* destination, int count)
    {
        if (Simd.Has512)
        {
            Kernel<Vector512<float>, Simd512>.Elu(source, destination, count);
        }
        else if (Simd.Has256)
        {
            Kernel<Vector256<float>, Simd256>.Elu(source, destination, count);
        }
        else if (Simd.Has128)
        {
            Kernel<Vector128<float>, Simd128>.Elu(source, destination, count);
        }
        else
        {
            Kernel<float, SimdScalar>.Elu(source, destination, count);
        }
    }

    /// <summary>The activations of one tier.</summary>
    internal static class Kernel<TVec, TSimd>
        where TVec : struct
        where TSimd : struct, ISimd<TVec>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Elu(float* source, float* destination, int count)
        {
            int i = 0;
            for (; i + TSimd.Lanes <= count; i += TSimd.Lanes)
            {
                TSimd.Store(destination + i, Elu(TSimd.Load(source + i)));
            }

            if (i < count)
            {
                // The tail goes through a full vector too, so that its lanes see the same operations.
                float* tail = stackalloc float[TSimd.Lanes];
                new ReadOnlySpan<float>(source + i, count - i).CopyTo(new Span<float>(tail, TSimd.Lanes));
                TSimd.Store(tail, Elu(TSimd.Load(tail)));
                new ReadOnlySpan<float>(tail, count - i).CopyTo(new Span<float>(destination + i, count - i));
            }
        }

        /// <summary>x where x &gt; 0, else exp(x) - 1.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVec Elu(TVec x) => TSimd.SelectPositive(x, x, Expm1(x));

        /// <summary>1 / (1 + exp(-x)).</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVec Sigmoid(TVec x)
        {
            // 1 + exp(-x) = 2 + expm1(-x)
            TVec one = TSimd.Broadcast(1f);
            TVec e = Expm1(TSimd.Subtract(TSimd.Broadcast(0f), x));
            return TSimd.Divide(one, TSimd.Add(TSimd.Broadcast(2f), e));
        }

        /// <summary>Hyperbolic tangent.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVec Tanh(TVec x)
        {
            // (exp(2x) - 1) / (exp(2x) + 1), with 2x held where the quotient is 1 in single precision anyway.
            TVec e = Expm1(TSimd.Min(TSimd.Add(x, x), TSimd.Broadcast(40f)));
            return TSimd.Divide(e, TSimd.Add(e, TSimd.Broadcast(2f)));
        }

        /// <summary>exp(x) - 1, also near zero; x is held within -87..87.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVec Expm1(TVec x)
        {
            // x = n ln 2 + r, |r| <= ln 2 / 2; exp(x) - 1 = 2^n (exp(r) - 1) + (2^n - 1), the last term exact for small n.
            x = TSimd.Min(TSimd.Max(x, TSimd.Broadcast(-87f)), TSimd.Broadcast(87f));
            TVec n = TSimd.Round(TSimd.Multiply(x, TSimd.Broadcast(1.44269504f)));
            TVec r = TSimd.MultiplyAdd(n, TSimd.Broadcast(-0.693359375f), x);
            r = TSimd.MultiplyAdd(n, TSimd.Broadcast(2.12194440e-4f), r);
            TVec p = TSimd.Broadcast(1f / 5040f);
            p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(1f / 720f));
            p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(1f / 120f));
            p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(1f / 24f));
            p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(1f / 6f));
            p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(0.5f));
            p = TSimd.MultiplyAdd(TSimd.Multiply(r, r), p, r);
            TVec scale = TSimd.PowerOfTwo(n);
            return TSimd.MultiplyAdd(scale, p, TSimd.Subtract(scale, TSimd.Broadcast(1f)));
        }
    }
}
