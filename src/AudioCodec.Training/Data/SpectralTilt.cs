namespace AudioCodec.Training.Data;

/// <summary>Raises the treble against the bass, or lowers it: one first-order filter around 1 kHz.</summary>
internal static class SpectralTilt
{
    private const double PivotHz = 1000;

    /// <summary>Filters samples in place.</summary>
    /// <param name="samples">[T] one channel.</param>
    /// <param name="tiltDb">Gain at the highest frequencies less that at the lowest, dB; 0 dB stay at 1 kHz.</param>
    /// <param name="sampleRateHz">Samples per second.</param>
    /// <remarks>H(s) = (s A + w) / (s + w A), A = 10^(tilt / 40), by the bilinear transform: 1 / A at 0 Hz, A at half the sample rate.</remarks>
    public static void Apply(Span<float> samples, double tiltDb, int sampleRateHz)
    {
        double a = Math.Pow(10, tiltDb / 40);
        double w = Math.Tan(Math.PI * PivotHz / sampleRateHz);
        double norm = 1 + (w * a);
        double b0 = (a + w) / norm;
        double b1 = (w - a) / norm;
        double a1 = ((w * a) - 1) / norm;
        double state = 0;
        for (int t = 0; t < samples.Length; t++)
        {
            double x = samples[t];
            double y = (b0 * x) + state;
            state = (b1 * x) - (a1 * y);
            samples[t] = (float)y;
        }
    }
}
