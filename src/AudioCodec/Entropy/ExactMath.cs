using System.Runtime.CompilerServices;

namespace AudioCodec.Entropy;

/// <summary>Functions built of additions, multiplications and divisions only, hence the same bits on every machine.</summary>
/// <remarks>The C library's functions differ in the last place between platforms, which is why none is used on this path.</remarks>
internal static class ExactMath
{
    // ln 2 in two parts, the first with 33 bits.
    private const double Ln2High = 0.6931471804855391;
    private const double Ln2Low = 7.440617110012397e-11;

    // pi/2 in three parts: the first two have 33 bits, so that their products with an integer below 2^20 are exact.
    private const double HalfPi1 = 1.5707963267341256;
    private const double HalfPi2 = 6.077100506303966e-11;
    private const double HalfPi3 = 2.0222662487959506e-21;

    /// <summary>e^x for each element; x from -86 (smaller values are taken as -86) to 88.</summary>
    /// <remarks>
    /// 1. n = x / ln 2 to the nearest integer, left in the low bits of t = x / ln 2 + 1.5 * 2^23. 2. r = x - n ln 2 with ln 2 in two
    /// parts, |r| at most 0.347. 3. The Taylor polynomial of degree 7, relative error below 6e-9. 4. Times 2^n through the exponent.
    /// Accuracy: 2 units in the last place.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp<T>(T x)
        where T : struct, ILane<T>
    {
        T magic = T.Broadcast(12582912f);
        x = T.Max(x, T.Broadcast(-86f));
        T t = (x * T.Broadcast(1.44269504f)) + magic;
        T n = t - magic;
        T r = x - (n * T.Broadcast(0.693359375f));
        r += n * T.Broadcast(2.12194440e-4f);
        T p = T.Broadcast(1f / 5040);
        p = (p * r) + T.Broadcast(1f / 720);
        p = (p * r) + T.Broadcast(1f / 120);
        p = (p * r) + T.Broadcast(1f / 24);
        p = (p * r) + T.Broadcast(1f / 6);
        p = (p * r) + T.Broadcast(0.5f);
        p = (p * r) + T.Broadcast(1f);
        p = (p * r) + T.Broadcast(1f);
        return T.ShiftExponent(p, t);
    }

    /// <summary>x times the normal distribution function of x: the exact form of GELU.</summary>
    /// <remarks>
    /// With z = |x| / sqrt 2 and q = erfc(z) / 2, the value is max(x, 0) - |x| q for either sign. erfc by Abramowitz and Stegun,
    /// Handbook of Mathematical Functions, 7.1.26 (absolute error 1.5e-7).
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Gelu<T>(T x)
        where T : struct, ILane<T>
    {
        T zero = T.Broadcast(0f);
        T magnitude = T.Max(x, zero - x);
        T z = magnitude * T.Broadcast(0.70710678f);
        T one = T.Broadcast(1f);
        T t = one / (one + (z * T.Broadcast(0.3275911f)));
        T p = T.Broadcast(0.5f * 1.061405429f);
        p = (p * t) + T.Broadcast(0.5f * -1.453152027f);
        p = (p * t) + T.Broadcast(0.5f * 1.421413741f);
        p = (p * t) + T.Broadcast(0.5f * -0.284496736f);
        p = (p * t) + T.Broadcast(0.5f * 0.254829592f);
        T q = p * t * Exp(zero - (z * z));
        return T.Max(x, zero) - (magnitude * q);
    }

    /// <summary>e^x for |x| below 700. Accuracy: 2 units in the last place of a double.</summary>
    public static double Exp(double x)
    {
        double n = Math.Floor((x * 1.4426950408889634) + 0.5);
        double r = (x - (n * Ln2High)) - (n * Ln2Low);
        double p = 1;
        for (int i = 14; i >= 1; i--)
        {
            p = 1 + (r / i * p);
        }

        return p * BitConverter.Int64BitsToDouble((long)(n + 1023) << 52);
    }

    /// <summary>Cosine and sine of x from 0 to 10^6. Accuracy: 2e-16 absolute.</summary>
    public static (double Cosine, double Sine) CosSin(double x)
    {
        double n = Math.Floor((x * 0.6366197723675814) + 0.5);
        double r = ((x - (n * HalfPi1)) - (n * HalfPi2)) - (n * HalfPi3);
        double square = r * r;
        double sine = 1;
        double cosine = 1;
        for (int i = 18; i >= 2; i -= 2)
        {
            sine = 1 - (square / (i * (i + 1)) * sine);
            cosine = 1 - (square / (i * (i - 1)) * cosine);
        }

        sine *= r;
        return ((long)n & 3) switch
        {
            0 => (cosine, sine),
            1 => (-sine, cosine),
            2 => (-cosine, -sine),
            _ => (sine, -cosine),
        };
    }
}
