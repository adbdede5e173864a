using AudioCodec.Audio;

namespace AudioCodec.Metrics;

/// <summary>Scale-invariant signal-to-distortion ratio, dB; higher is better.</summary>
/// <remarks>
/// Both signals lose their mean (a constant offset is inaudible and counts as neither signal nor distortion). With
/// a = &lt;estimate, reference&gt; / &lt;reference, reference&gt; the value is 10 log10(|a reference|^2 / |estimate - a reference|^2).
/// Source: Le Roux et al., "SDR - half-baked or well done?" (arXiv 1811.02508), equation 5. Sums are in double.
/// Edges: NaN where the reference is constant (digital silence; nothing to compare with) or empty; negative infinity
/// for a constant estimate; positive infinity for an exact multiple of the reference.
/// </remarks>
public static class SiSdr
{
    /// <summary>SI-SDR of one channel.</summary>
    /// <param name="reference">[T], the original.</param>
    /// <param name="estimate">[T], the output of a codec, aligned in time.</param>
    /// <returns>dB.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double ComputeDb(ReadOnlySpan<float> reference, ReadOnlySpan<float> estimate)
    {
        SignalPair.RequireSameLength(reference, estimate);
        double meanReference = Mean(reference), meanEstimate = Mean(estimate);
        double cross = 0, energyReference = 0, energyEstimate = 0;
        for (int i = 0; i < reference.Length; i++)
        {
            double r = reference[i] - meanReference, e = estimate[i] - meanEstimate;
            cross += r * e;
            energyReference += r * r;
            energyEstimate += e * e;
        }

        // A constant signal keeps rounding errors around its mean; below this it counts as silence.
        double dust = reference.Length * 1e-20;
        if (energyReference <= dust)
        {
            return double.NaN;
        }

        if (energyEstimate <= dust)
        {
            return double.NegativeInfinity;
        }

        double scale = cross / energyReference;
        double distortion = 0;
        for (int i = 0; i < reference.Length; i++)
        {
            double d = estimate[i] - meanEstimate - (scale * (reference[i] - meanReference));
            distortion += d * d;
        }

        return 10 * Math.Log10(scale * scale * energyReference / distortion);
    }

    /// <summary>Mean of the channels' SI-SDR, silent reference channels left out.</summary>
    /// <param name="reference">The original.</param>
    /// <param name="estimate">Of the same rate, channels and length.</param>
    /// <returns>dB; NaN where every channel of the reference is silent.</returns>
    /// <exception cref="ArgumentException">The buffers differ in rate, channels or length.</exception>
    public static double ComputeDb(AudioBuffer reference, AudioBuffer estimate)
    {
        SignalPair.RequireSameShape(reference, estimate);
        double sum = 0;
        int count = 0;
        for (int c = 0; c < reference.Channels; c++)
        {
            double channel = ComputeDb(reference.Channel(c), estimate.Channel(c));
            if (!double.IsNaN(channel))
            {
                sum += channel;
                count++;
            }
        }

        return count == 0 ? double.NaN : sum / count;
    }

    private static double Mean(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float v in values)
        {
            sum += v;
        }

        return values.IsEmpty ? 0 : sum / values.Length;
    }
}
