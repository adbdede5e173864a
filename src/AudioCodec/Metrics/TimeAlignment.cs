using AudioCodec.Audio;
using AudioCodec.Numerics;

namespace AudioCodec.Metrics;

/// <summary>Finds and removes the delay between a signal and the output of a codec.</summary>
/// <remarks>
/// The lag is the whole number of samples at which the cross-correlation of the mono mixes is largest, computed
/// with one FFT per signal. Inverted polarity is not considered. Edges: lag 0 where either is silent or empty.
/// </remarks>
public static class TimeAlignment
{
    /// <summary>Samples by which <paramref name="estimate"/> comes later than <paramref name="reference"/>; negative when it is early.</summary>
    /// <param name="reference">[T1].</param>
    /// <param name="estimate">[T2], at the same rate.</param>
    /// <param name="maxLagSamples">Largest delay to look for, either way.</param>
    public static int FindLag(ReadOnlySpan<float> reference, ReadOnlySpan<float> estimate, int maxLagSamples)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxLagSamples);
        if (reference.IsEmpty || estimate.IsEmpty)
        {
            return 0;
        }

        // Longer than both signals by the largest lag, so that the circular correlation does not wrap around within the lags searched.
        long needed = (long)Math.Max(reference.Length, estimate.Length) + maxLagSamples + 1;
        var fft = new Fft(checked((int)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)Math.Max(2, needed))));
        float[] scratch = new float[fft.ScratchLength], padded = new float[fft.Size];
        (float[] re, float[] im) = Spectrum(fft, reference, padded, scratch);
        (float[] estimateRe, float[] estimateIm) = Spectrum(fft, estimate, padded, scratch);
        for (int k = 0; k < re.Length; k++)
        {
            float crossRe = (estimateRe[k] * re[k]) + (estimateIm[k] * im[k]);
            im[k] = (estimateIm[k] * re[k]) - (estimateRe[k] * im[k]);
            re[k] = crossRe;
        }

        fft.Inverse(re, im, padded, scratch);
        (int best, float peak) = (0, padded[0]);
        for (int distance = 1; distance <= maxLagSamples; distance++)
        {
            (best, peak) = padded[distance] > peak ? (distance, padded[distance]) : (best, peak);
            float early = padded[fft.Size - distance];
            (best, peak) = early > peak ? (-distance, early) : (best, peak);
        }

        return best;
    }

    /// <summary>Shifts and trims or zero-fills <paramref name="estimate"/> so that it is aligned with <paramref name="reference"/>.</summary>
    /// <param name="reference">The original, [C, T].</param>
    /// <param name="estimate">The output of a codec: same rate and channels, any length.</param>
    /// <param name="maxLagSamples">Largest delay to look for, either way.</param>
    /// <param name="lagSamples">Receives the delay found.</param>
    /// <returns>[C, T]: the estimate without its delay, zeros where it has no samples.</returns>
    /// <exception cref="ArgumentException">Rates or channels differ.</exception>
    public static AudioBuffer Align(AudioBuffer reference, AudioBuffer estimate, int maxLagSamples, out int lagSamples)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(estimate);
        if (reference.SampleRateHz != estimate.SampleRateHz || reference.Channels != estimate.Channels)
        {
            throw new ArgumentException(
                $"{estimate.Channels} x {estimate.SampleRateHz} Hz cannot be aligned to {reference.Channels} x {reference.SampleRateHz} Hz.", nameof(estimate));
        }

        lagSamples = FindLag(reference.ToMono().Samples, estimate.ToMono().Samples, maxLagSamples);
        var aligned = new AudioBuffer(new float[reference.Samples.Length], reference.Channels, reference.SampleRateHz);
        int from = Math.Max(0, lagSamples), to = Math.Max(0, -lagSamples);
        int count = Math.Min(estimate.LengthSamples - from, reference.LengthSamples - to);
        for (int c = 0; c < reference.Channels && count > 0; c++)
        {
            estimate.Channel(c).Slice(from, count).CopyTo(aligned.Channel(c)[to..]);
        }

        return aligned;
    }

    private static (float[] Real, float[] Imaginary) Spectrum(Fft fft, ReadOnlySpan<float> signal, Span<float> padded, Span<float> scratch)
    {
        padded.Clear();
        signal.CopyTo(padded);
        var (re, im) = (new float[fft.Bins], new float[fft.Bins]);
        fft.Forward(padded, re, im, scratch);
        return (re, im);
    }
}
