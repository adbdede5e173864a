using System.Runtime.CompilerServices;

namespace AudioCodec.Numerics;

/// <content>Functions of each lane. NaN gives NaN.</content>
internal static unsafe partial class FloatKernels<TVec, TSimd>
{
    /// <summary>1 / (1 + exp(-x)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Sigmoid(TVec x)
    {
        // 1 + exp(-x) = 2 + expm1(-x)
        TVec e = Expm1(TSimd.Subtract(TSimd.Broadcast(0f), x));
        return TSimd.Divide(TSimd.Broadcast(1f), TSimd.Add(TSimd.Broadcast(2f), e));
    }

    /// <summary>Hyperbolic tangent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Tanh(TVec x)
    {
        // (exp(2x) - 1) / (exp(2x) + 1), with 2x limited to where the quotient rounds to 1 in single precision.
        TVec e = Expm1(TSimd.Min(TSimd.Add(x, x), TSimd.Broadcast(40f)));
        return TSimd.Divide(e, TSimd.Add(e, TSimd.Broadcast(2f)));
    }

    /// <summary>exp(x); x is limited to 87, and below -87.7 the result is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Exp(TVec x)
    {
        TVec p = ReducedExpm1(x, out TVec power);
        return TSimd.MultiplyAdd(power, p, power);
    }

    /// <summary>exp(x) - 1, accurate near zero; x is limited to -88..87.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Expm1(TVec x)
    {
        // 2^n (exp(r) - 1) + (2^n - 1), the last term exact for small n.
        TVec p = ReducedExpm1(x, out TVec power);
        return TSimd.MultiplyAdd(power, p, TSimd.Subtract(power, TSimd.Broadcast(1f)));
    }

    /// <summary>exp(r) - 1, and 2^n, where x = n ln 2 + r and |r| is at most ln 2 / 2. For x below -87.7 the power is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec ReducedExpm1(TVec x, out TVec power)
    {
        // Adding 1.5 * 2^23 rounds to an integer and leaves it in the lowest bits.
        TVec magic = TSimd.Broadcast(12582912f);
        x = TSimd.Min(TSimd.Max(x, TSimd.Broadcast(-88f)), TSimd.Broadcast(87f));
        TVec shifted = TSimd.Add(TSimd.Multiply(x, TSimd.Broadcast(1.44269504f)), magic);
        TVec n = TSimd.Subtract(shifted, magic);
        TVec r = TSimd.MultiplyAdd(n, TSimd.Broadcast(-0.693359375f), x);
        r = TSimd.MultiplyAdd(n, TSimd.Broadcast(2.12194440e-4f), r);
        TVec p = TSimd.Broadcast(1f / 5040f);
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(1f / 720f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(1f / 120f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(1f / 24f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(1f / 6f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(0.5f));
        power = TSimd.ShiftExponent(TSimd.Broadcast(1f), shifted);
        return TSimd.MultiplyAdd(TSimd.Multiply(r, r), p, r);
    }
}
