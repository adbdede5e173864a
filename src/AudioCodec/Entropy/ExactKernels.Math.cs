using System.Runtime.CompilerServices;

namespace AudioCodec.Entropy;

/// <content>Functions of each lane, built like those of <see cref="ExactMath"/> of additions, multiplications and divisions only.</content>
internal sealed unsafe partial class ExactKernels<TVec, TSimd>
{
    /// <summary>e^x for each element; x from -86 (smaller values are taken as -86) to 88.</summary>
    /// <remarks>
    /// 1. n = x / ln 2 to the nearest integer, left in the low bits of t = x / ln 2 + 1.5 * 2^23. 2. r = x - n ln 2 with ln 2 in two
    /// parts, |r| at most 0.347. 3. The Taylor polynomial of degree 7, relative error below 6e-9. 4. Times 2^n through the exponent.
    /// Accuracy: 2 units in the last place.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Exp(TVec x)
    {
        TVec magic = TSimd.Broadcast(12582912f);
        x = TSimd.Larger(x, TSimd.Broadcast(-86f));
        TVec t = TSimd.Add(TSimd.Multiply(x, TSimd.Broadcast(1.44269504f)), magic);
        TVec n = TSimd.Subtract(t, magic);
        TVec r = TSimd.Subtract(x, TSimd.Multiply(n, TSimd.Broadcast(0.693359375f)));
        r = AddProduct(r, n, TSimd.Broadcast(2.12194440e-4f));
        TVec p = TSimd.Broadcast(1f / 5040);
        p = AddProduct(TSimd.Broadcast(1f / 720), p, r);
        p = AddProduct(TSimd.Broadcast(1f / 120), p, r);
        p = AddProduct(TSimd.Broadcast(1f / 24), p, r);
        p = AddProduct(TSimd.Broadcast(1f / 6), p, r);
        p = AddProduct(TSimd.Broadcast(0.5f), p, r);
        p = AddProduct(TSimd.Broadcast(1f), p, r);
        p = AddProduct(TSimd.Broadcast(1f), p, r);
        return TSimd.ShiftExponent(p, t);
    }

    /// <summary>x times the normal distribution function of x: the exact form of GELU.</summary>
    /// <remarks>
    /// With z = |x| / sqrt 2 and q = erfc(z) / 2, the value is max(x, 0) - |x| q for either sign. erfc by Abramowitz and Stegun,
    /// Handbook of Mathematical Functions, 7.1.26 (absolute error 1.5e-7).
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Gelu(TVec x)
    {
        TVec zero = TSimd.Broadcast(0f);
        TVec one = TSimd.Broadcast(1f);
        TVec magnitude = TSimd.Larger(x, TSimd.Subtract(zero, x));
        TVec z = TSimd.Multiply(magnitude, TSimd.Broadcast(0.70710678f));
        TVec t = TSimd.Divide(one, AddProduct(one, z, TSimd.Broadcast(0.3275911f)));
        TVec p = TSimd.Broadcast(0.5f * 1.061405429f);
        p = AddProduct(TSimd.Broadcast(0.5f * -1.453152027f), p, t);
        p = AddProduct(TSimd.Broadcast(0.5f * 1.421413741f), p, t);
        p = AddProduct(TSimd.Broadcast(0.5f * -0.284496736f), p, t);
        p = AddProduct(TSimd.Broadcast(0.5f * 0.254829592f), p, t);
        TVec q = TSimd.Multiply(TSimd.Multiply(p, t), Exp(TSimd.Subtract(zero, TSimd.Multiply(z, z))));
        return TSimd.Subtract(TSimd.Larger(x, zero), TSimd.Multiply(magnitude, q));
    }
}
