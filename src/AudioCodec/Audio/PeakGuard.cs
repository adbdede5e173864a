namespace AudioCodec.Audio;

/// <summary>Keeps decoded audio below full scale by clipping or by a gain, and counts the clipped values.</summary>
/// <remarks>
/// Clipping at 0.99 is what the reference does on saving; with its <c>--rescale</c> the whole signal is multiplied by
/// min(0.99 / peak, 1) instead. A stream needs its peak first for that: <see cref="Measure"/> it in one pass, then
/// <see cref="Apply"/> with <see cref="RescaleGain"/> in another. Source: <c>save_audio</c> in encodec/utils.py.
/// </remarks>
/// <param name="gain">Factor applied before clipping, 1 for none.</param>
/// <param name="limit">Magnitude to clip at, above 0.</param>
public sealed class PeakGuard(float gain = 1, float limit = PeakGuard.ReferenceLimit)
{
    /// <summary>The limit of the reference.</summary>
    public const float ReferenceLimit = 0.99f;

    /// <summary>Factor applied before clipping.</summary>
    public float Gain { get; } = float.IsFinite(gain) ? gain : throw new ArgumentOutOfRangeException(nameof(gain));

    /// <summary>Magnitude clipped at.</summary>
    public float Limit { get; } = limit > 0 ? limit : throw new ArgumentOutOfRangeException(nameof(limit));

    /// <summary>Largest magnitude seen so far, before gain and clipping.</summary>
    public float Peak { get; private set; }

    /// <summary>Values clipped so far.</summary>
    public long ClippedValues { get; private set; }

    /// <summary>Values seen so far.</summary>
    public long TotalValues { get; private set; }

    /// <summary>The gain that brings a signal of the given peak within the limit, never above 1.</summary>
    public static float RescaleGain(float peak, float limit = ReferenceLimit) => peak > limit ? limit / peak : 1;

    /// <summary>Records the peak without changing the samples.</summary>
    public void Measure(ReadOnlySpan<float> samples)
    {
        TotalValues += samples.Length;
        foreach (float sample in samples)
        {
            Peak = Math.Max(Peak, Math.Abs(sample));
        }
    }

    /// <summary>Multiplies by the gain and clips, in place.</summary>
    public void Apply(Span<float> samples)
    {
        Measure(samples);
        for (int i = 0; i < samples.Length; i++)
        {
            float scaled = samples[i] * Gain;
            float clipped = Math.Clamp(scaled, -Limit, Limit);

            // Rounding of limit / peak * peak may exceed the limit by one unit in the last place: that is no clipping.
            if (Math.Abs(scaled) > Limit * 1.000001f)
            {
                ClippedValues++;
            }

            samples[i] = clipped;
        }
    }
}
