using System.Numerics.Tensors;
using AudioCodec.Audio;

namespace AudioCodec.Metrics;

/// <summary>Short-time objective intelligibility of speech, plain (STOI) and extended (ESTOI); 1 is best.</summary>
/// <remarks>
/// Both signals at 10 kHz, without the frames in which the reference is silent, as third-octave band amplitudes; then over
/// every run of 30 frames (384 ms): STOI scales each band of the estimate to the reference's energy, clips it at a
/// signal-to-distortion ratio of -15 dB and takes the mean correlation with the reference over bands and runs; ESTOI normalizes each run's
/// rows (bands over time), then its columns (spectra) to zero mean and unit norm and takes the mean inner product of the columns.
/// Sources: Taal, Hendriks, Heusdens, Jensen, "An algorithm for intelligibility prediction of time-frequency weighted noisy
/// speech", IEEE TASLP 19 (2011); Jensen and Taal, "An algorithm for predicting the intelligibility of speech masked by modulated noise
/// maskers", IEEE/ACM TASLP 24 (2016). Edges: NaN where fewer than 30 frames of speech remain or the reference is digital silence;
/// a band or spectrum without variation correlates as 0.
/// </remarks>
public static class Stoi
{
    private const int Bands = ThirdOctaveBands.Bands;
    private const int SegmentFrames = 30;
    private const double ClipSdrDb = -15;

    /// <summary>Both measures of a pair at any sample rate; several channels are mixed to mono.</summary>
    /// <param name="reference">Clean speech.</param>
    /// <param name="estimate">The output of a codec: same rate, channels and length, aligned in time.</param>
    /// <exception cref="ArgumentException">The buffers differ in rate, channels or length.</exception>
    public static StoiScores Compute(AudioBuffer reference, AudioBuffer estimate)
    {
        SignalPair.RequireSameShape(reference, estimate);
        return ComputeAt10Khz(To10Khz(reference), To10Khz(estimate));
    }

    /// <summary>Both measures of a pair at 10 kHz.</summary>
    /// <param name="reference">[T], clean speech.</param>
    /// <param name="estimate">[T], aligned in time.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    internal static StoiScores ComputeAt10Khz(ReadOnlySpan<float> reference, ReadOnlySpan<float> estimate)
    {
        SignalPair.RequireSameLength(reference, estimate);
        if (reference.IndexOfAnyExcept(0f) < 0)
        {
            return new StoiScores(double.NaN, double.NaN);
        }

        (float[] speech, float[] processed) = SilentFrames.Remove(reference, estimate);
        double[] x = ThirdOctaveBands.Analyze(speech), y = ThirdOctaveBands.Analyze(processed);
        int segments = (x.Length / Bands) - SegmentFrames + 1;
        if (segments < 1)
        {
            return new StoiScores(double.NaN, double.NaN);
        }

        double stoi = 0, estoi = 0;
        double[] a = new double[SegmentFrames * Bands], b = new double[SegmentFrames * Bands];
        for (int s = 0; s < segments; s++)
        {
            x.AsSpan(s * Bands, a.Length).CopyTo(a);
            y.AsSpan(s * Bands, b.Length).CopyTo(b);
            stoi += Plain(a, b);
            estoi += Extended(a, b);
        }

        return new StoiScores(stoi / segments, estoi / segments);
    }

    private static float[] To10Khz(AudioBuffer audio)
    {
        int count = audio.LengthSamples;
        float[] mono = audio.ToMono().Samples;
        if (audio.SampleRateHz == ThirdOctaveBands.SampleRateHz)
        {
            return mono;
        }

        var resampler = new Resampler(audio.SampleRateHz, ThirdOctaveBands.SampleRateHz, channels: 1);
        var resampled = new float[resampler.MaxOutput(count) + resampler.MaxFlushOutput];
        int written = resampler.Process(mono, resampled);
        written += resampler.Flush(resampled.AsSpan(written));
        return resampled[..written];
    }

    /// <summary>Mean over bands of the correlation of the reference with the scaled and clipped estimate.</summary>
    private static double Plain(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double limit = 1 + Math.Pow(10, -ClipSdrDb / 20);
        Span<double> row = stackalloc double[SegmentFrames], other = stackalloc double[SegmentFrames];
        double sum = 0;
        for (int band = 0; band < Bands; band++)
        {
            double energyX = 0, energyY = 0;
            for (int f = 0; f < SegmentFrames; f++)
            {
                double vx = x[(f * Bands) + band], vy = y[(f * Bands) + band];
                energyX += vx * vx;
                energyY += vy * vy;
            }

            double scale = energyY == 0 ? 0 : Math.Sqrt(energyX / energyY);
            for (int f = 0; f < SegmentFrames; f++)
            {
                row[f] = x[(f * Bands) + band];
                other[f] = Math.Min(scale * y[(f * Bands) + band], row[f] * limit);
            }

            Normalize(row, 0, 1, SegmentFrames);
            Normalize(other, 0, 1, SegmentFrames);
            sum += TensorPrimitives.Dot<double>(row, other);
        }

        return sum / Bands;
    }

    /// <summary>Mean over frames of the inner product of row- and column-normalized spectra; overwrites both.</summary>
    private static double Extended(Span<double> x, Span<double> y)
    {
        NormalizeRowsThenColumns(x);
        NormalizeRowsThenColumns(y);
        return TensorPrimitives.Dot<double>(x, y) / SegmentFrames;
    }

    private static void NormalizeRowsThenColumns(Span<double> segment)
    {
        for (int band = 0; band < Bands; band++)
        {
            Normalize(segment, band, Bands, SegmentFrames);
        }

        for (int f = 0; f < SegmentFrames; f++)
        {
            Normalize(segment, f * Bands, 1, Bands);
        }
    }

    /// <summary>Zero mean and unit norm for <paramref name="count"/> values a stride apart; all zero where they do not vary.</summary>
    private static void Normalize(Span<double> values, int start, int stride, int count)
    {
        double mean = 0, energy = 0, total = 0;
        for (int i = 0; i < count; i++)
        {
            mean += values[start + (i * stride)] / count;
        }

        for (int i = 0; i < count; i++)
        {
            ref double v = ref values[start + (i * stride)];
            total += v * v;
            v -= mean;
            energy += v * v;
        }

        // For equal values only rounding errors are left after the subtraction.
        double scale = energy <= total * 1e-24 ? 0 : 1 / Math.Sqrt(energy);
        for (int i = 0; i < count; i++)
        {
            values[start + (i * stride)] *= scale;
        }
    }
}
