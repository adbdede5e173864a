using AudioCodec.Numerics;

namespace AudioCodec.Metrics;

/// <summary>The time-frequency representation of STOI: amplitudes in 15 third-octave bands from 150 Hz, at 10 kHz.</summary>
/// <remarks>
/// Frames of 256 samples, half overlapping, symmetric Hann window without its zero ends, 512-point transform; a band's
/// amplitude is the root of its bins' summed power. Band k spans 150 * 2^((2k-1)/6) to 150 * 2^((2k+1)/6) Hz, its edges
/// moved to the nearest bins, the upper one exclusive. Source: Taal et al. 2011 (see <see cref="Stoi"/>), section II.
/// </remarks>
internal static class ThirdOctaveBands
{
    /// <summary>The sample rate that STOI is defined at.</summary>
    public const int SampleRateHz = 10000;

    /// <summary>Number of bands.</summary>
    public const int Bands = 15;

    /// <summary>Samples of a frame.</summary>
    public const int FrameSamples = 256;

    /// <summary>Distance of frames.</summary>
    public const int HopSamples = FrameSamples / 2;

    private const int FftSize = 512;
    private static readonly Fft s_fft = new(FftSize);
    private static readonly (int First, int End)[] s_bins = MakeBins();

    /// <summary>sin^2 window of <see cref="FrameSamples"/>: a symmetric Hann window of two samples more, less its zero ends.</summary>
    public static float[] Window { get; } =
        [.. Enumerable.Range(1, FrameSamples).Select(i => (float)(0.5 - (0.5 * Math.Cos(2 * Math.PI * i / (FrameSamples + 1)))))];

    /// <summary>Frames that start before the last <see cref="FrameSamples"/> samples.</summary>
    /// <remarks>As in the authors' program, a frame that ends exactly with the signal is not counted.</remarks>
    public static int FrameCount(int lengthSamples) =>
        lengthSamples <= FrameSamples ? 0 : ((lengthSamples - FrameSamples - 1) / HopSamples) + 1;

    /// <summary>Band amplitudes of a signal.</summary>
    /// <param name="signal">[T] at 10 kHz.</param>
    /// <returns>[frames, <see cref="Bands"/>].</returns>
    public static double[] Analyze(ReadOnlySpan<float> signal)
    {
        int frames = FrameCount(signal.Length);
        var amplitudes = new double[frames * Bands];
        float[] samples = new float[FftSize], scratch = new float[s_fft.ScratchLength];
        float[] re = new float[s_fft.Bins], im = new float[s_fft.Bins];
        for (int f = 0; f < frames; f++)
        {
            System.Numerics.Tensors.TensorPrimitives.Multiply(signal.Slice(f * HopSamples, FrameSamples), Window, samples);
            s_fft.Forward(samples, re, im, scratch);
            for (int b = 0; b < Bands; b++)
            {
                double power = 0;
                for (int k = s_bins[b].First; k < s_bins[b].End; k++)
                {
                    power += ((double)re[k] * re[k]) + ((double)im[k] * im[k]);
                }

                amplitudes[(f * Bands) + b] = Math.Sqrt(power);
            }
        }

        return amplitudes;
    }

    private static (int First, int End)[] MakeBins()
    {
        const double BinHz = (double)SampleRateHz / FftSize;
        return [.. Enumerable.Range(0, Bands).Select(k => (Nearest((2 * k) - 1), Nearest((2 * k) + 1)))];

        static int Nearest(int sixths) => (int)Math.Ceiling((150 * Math.Pow(2, sixths / 6.0) / BinHz) - 0.5);
    }
}
