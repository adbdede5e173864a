using System.Runtime.CompilerServices;

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

/// <summary>Activation of arrays.</summary>
/// <remarks>
/// Accuracy: absolute error below 2e-7 for outputs of magnitude up to 1, relative 2e-7 near zero. NaN gives NaN. A value's
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
