namespace AudioCodec.Entropy;

/// <summary>Functions made of additions, multiplications and divisions only, which give the same bits on every machine.</summary>
/// <remarks>The C library's functions differ in the last place between platforms, so none is used on this path.</remarks>
internal static class ExactMath
{
    // ln 2 in two parts, the first with 33 bits.
    private const double Ln2High = 0.6931471804855391;
    private const double Ln2Low = 7.440617110012397e-11;

    // pi/2 in three parts: the first two have 33 bits, so that their products with an integer below 2^20 are exact.
    private const double HalfPi1 = 1.5707963267341256;
    private const double HalfPi2 = 6.077100506303966e-11;
    private const double HalfPi3 = 2.0222662487959506e-21;

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
