namespace AudioCodec.Audio;

/// <summary>The polyphase table of a windowed-sinc low-pass for one pair of sample rates.</summary>
/// <remarks>
/// Output n stands at input time n*M/L, with L/M the reduced ratio of output to input rate; the fraction p/L of that time
/// selects a row of the table. Where L rows would be too many, the table has a row for every 1/1024 of a zero crossing and two
/// neighbouring rows are interpolated: the second difference of the filter between them is below (pi/1024)^2 / 8 = -118 dB.
/// Kaiser window with beta 10.06 (100 dB) over 70 zero crossings to each side; the cut-off lies so that the transition band ends
/// at the lower Nyquist frequency. Every row sums to 1. Source: Kaiser's window and the design formulas for it in Oppenheim and
/// Schafer, Discrete-Time Signal Processing.
/// </remarks>
internal sealed class ResamplingFilter
{
    /// <summary>Taps are a multiple of the kernel's step.</summary>
    public const int TapStep = 32;

    private const double KaiserBeta = 10.06;
    private const double ZeroCrossings = 70;
    private const double CutoffOfNyquist = 0.948;
    private const int RowsPerZeroCrossing = 1024;
    private const int MostExactCoefficients = 1 << 18;

    private readonly float[] _rows;

    public ResamplingFilter(int sourceRateHz, int targetRateHz)
    {
        int divisor = GreatestCommonDivisor(sourceRateHz, targetRateHz);
        Up = targetRateHz / divisor;
        Down = sourceRateHz / divisor;

        // Input samples per zero crossing of the sinc, at least one.
        double stretch = Math.Max(1, (double)Down / Up);
        HalfTaps = ((int)Math.Ceiling(ZeroCrossings * stretch) + (TapStep / 2) - 1) / (TapStep / 2) * (TapStep / 2);
        Interpolates = (long)Up * Taps > MostExactCoefficients;
        Rows = Interpolates ? (int)Math.Max(1, Math.Ceiling(RowsPerZeroCrossing / stretch)) : Up;
        _rows = new float[(Rows + (Interpolates ? 1 : 0)) * Taps];
        for (int row = 0; row * Taps < _rows.Length; row++)
        {
            Fill(_rows.AsSpan(row * Taps, Taps), (double)row / Rows, stretch);
        }
    }

    /// <summary>L: outputs per <see cref="Down"/> inputs.</summary>
    public int Up { get; }

    /// <summary>M: inputs per <see cref="Up"/> outputs.</summary>
    public int Down { get; }

    /// <summary>Inputs used at each side of an output.</summary>
    public int HalfTaps { get; }

    /// <summary>Inputs used for an output: from HalfTaps - 1 before its time to HalfTaps after.</summary>
    public int Taps => 2 * HalfTaps;

    /// <summary>Rows of the table, evenly spaced over one input sample.</summary>
    public int Rows { get; }

    /// <summary>Whether rows are interpolated (then one more row ends the table) rather than exact.</summary>
    public bool Interpolates { get; }

    /// <summary>The coefficients of one row, [Taps].</summary>
    public ReadOnlySpan<float> Row(int row) => _rows.AsSpan(row * Taps, Taps);

    private static int GreatestCommonDivisor(int a, int b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return a;
    }

    /// <summary>Coefficient k weighs the input at HalfTaps - 1 - k before the output's whole input time.</summary>
    private void Fill(Span<float> row, double fraction, double stretch)
    {
        var exact = new double[row.Length];
        double sum = 0;
        for (int k = 0; k < row.Length; k++)
        {
            double time = k - (HalfTaps - 1) - fraction;
            exact[k] = Sinc(time * CutoffOfNyquist / stretch) * Kaiser(time / (ZeroCrossings * stretch));
            sum += exact[k];
        }

        for (int k = 0; k < row.Length; k++)
        {
            row[k] = (float)(exact[k] / sum);
        }
    }

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);

    private static double Kaiser(double x) => Math.Abs(x) >= 1 ? 0 : BesselI0(KaiserBeta * Math.Sqrt(1 - (x * x))) / BesselI0(KaiserBeta);

    /// <summary>Modified Bessel function of order 0 by its power series, summed until a term is negligible.</summary>
    private static double BesselI0(double x)
    {
        double term = 1;
        double sum = 1;
        double quarter = x * x / 4;
        for (int k = 1; term > sum * 1e-17; k++)
        {
            term *= quarter / ((double)k * k);
            sum += term;
        }

        return sum;
    }
}
