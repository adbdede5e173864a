using System.Runtime.CompilerServices;
using AudioCodec.Numerics.Vectors;

namespace AudioCodec.Numerics;

/// <summary>A function of each element.</summary>
internal interface IActivation
{
    static abstract TVec Of<TVec, TSimd>(TVec x)
        where TVec : struct
        where TSimd : struct, ISimd<TVec>;
}

/// <summary>x where x &gt; 0, else exp(x) - 1.</summary>
internal readonly struct Elu : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TVec IActivation.Of<TVec, TSimd>(TVec x) => FloatKernels<TVec, TSimd>.Elu(x);
}

/// <summary>x times the normal distribution function of x: the form of GELU that is called exact (torch: <c>gelu(x)</c>).</summary>
internal readonly struct Gelu : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TVec IActivation.Of<TVec, TSimd>(TVec x) => FloatKernels<TVec, TSimd>.Gelu(x);
}

/// <summary>GELU with a hyperbolic tangent in place of the distribution function (torch: <c>gelu(x, approximate='tanh')</c>); up to 5e-4 from the exact form.</summary>
internal readonly struct TanhGelu : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TVec IActivation.Of<TVec, TSimd>(TVec x) => FloatKernels<TVec, TSimd>.TanhGelu(x);
}

/// <summary>Activation of arrays.</summary>
/// <remarks>
/// Accuracy: absolute error below 2e-7 for outputs of magnitude up to 1, relative 2e-7 beyond that (and, for ELU, near zero). NaN gives NaN. A value's
/// result does not depend on its place in the span. Allocates 0 B.
/// </remarks>
internal static unsafe class Activation
{
    /// <summary>Activates each element.</summary>
    /// <param name="source">Addresses <paramref name="count"/> values.</param>
    /// <param name="destination">Receives as many; may be <paramref name="source"/>.</param>
    /// <param name="count">Number of values.</param>
    public static void Apply<TActivation>(float* source, float* destination, int count)
        where TActivation : struct, IActivation => Simd.Run(new Call<TActivation>(source, destination, count));

    private readonly struct Call<TActivation>(float* source, float* destination, int count) : ISimdKernel
        where TActivation : struct, IActivation
    {
        void ISimdKernel.Run<TVec, TSimd>() => FloatKernels<TVec, TSimd>.Activate<TActivation>(source, destination, count);
    }
}

/// <content>Activations.</content>
internal static unsafe partial class FloatKernels<TVec, TSimd>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Elu(TVec x) => TSimd.SelectPositive(x, x, Expm1(x));

    /// <summary>See <see cref="Numerics.Gelu"/>.</summary>
    /// <remarks>
    /// 1. z = |x| / sqrt 2, q = erfc(z) / 2; the result is max(x, 0) - |x| q for either sign. 2. q = exp(-z^2) t P(t) with t = 1 / (1 + 0.3 z), a form of
    /// Hastings (Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26); P is the polynomial of degree 8 with the least
    /// largest relative error, 2e-8, for z up to 9.4. 3. Beyond |x| = 13.2 the exponential is 0; |x| is held there so that infinity times 0 does not arise.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Gelu(TVec x)
    {
        TVec zero = TSimd.Broadcast(0f);
        TVec one = TSimd.Broadcast(1f);
        TVec magnitude = TSimd.Min(TSimd.Max(x, TSimd.Subtract(zero, x)), TSimd.Broadcast(14f));
        TVec z = TSimd.Multiply(magnitude, TSimd.Broadcast(0.70710678f));
        TVec t = TSimd.Divide(one, TSimd.MultiplyAdd(z, TSimd.Broadcast(0.3f), one));
        TVec p = TSimd.Broadcast(-0.06470331603f);
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(0.2424760313f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(-0.2554503673f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(0.2729920565f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(-0.04665728272f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(0.1071419283f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(0.0742635541f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(0.08534232644f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(0.08459505974f));
        TVec q = TSimd.Multiply(TSimd.Multiply(p, t), Exp(TSimd.Subtract(zero, TSimd.Multiply(z, z))));
        return TSimd.Subtract(TSimd.Max(x, zero), TSimd.Multiply(magnitude, q));
    }

    /// <summary>See <see cref="Numerics.TanhGelu"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec TanhGelu(TVec x)
    {
        // x (1 + tanh u) / 2 = x sigmoid(2u), u = sqrt(2 / pi) (x + 0.044715 x^3)
        TVec square = TSimd.Multiply(x, x);
        TVec factor = TSimd.MultiplyAdd(square, TSimd.Broadcast(2f * 0.79788456f * 0.044715f), TSimd.Broadcast(2f * 0.79788456f));
        return TSimd.Multiply(x, Sigmoid(TSimd.Multiply(x, factor)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Activate<TActivation>(float* source, float* destination, int count)
        where TActivation : struct, IActivation
    {
        int i = 0;
        for (; i + TSimd.Lanes <= count; i += TSimd.Lanes)
        {
            TSimd.Store(destination + i, TActivation.Of<TVec, TSimd>(TSimd.Load(source + i)));
        }

        if (i < count)
        {
            // The tail goes through a full vector too, so that its lanes see the same operations.
            float* tail = stackalloc float[TSimd.Lanes];
            new ReadOnlySpan<float>(source + i, count - i).CopyTo(new Span<float>(tail, TSimd.Lanes));
            TSimd.Store(tail, TActivation.Of<TVec, TSimd>(TSimd.Load(tail)));
            new ReadOnlySpan<float>(tail, count - i).CopyTo(new Span<float>(destination + i, count - i));
        }
    }
}
