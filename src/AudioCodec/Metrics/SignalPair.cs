using AudioCodec.Audio;

namespace AudioCodec.Metrics;

/// <summary>Checks that two signals can be compared.</summary>
internal static class SignalPair
{
    /// <summary>Refuses two spans of different lengths.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void RequireSameLength(ReadOnlySpan<float> reference, ReadOnlySpan<float> estimate)
    {
        if (reference.Length != estimate.Length)
        {
            throw new ArgumentException(
                $"The reference has {reference.Length} samples and the estimate {estimate.Length}. Align and trim them first.", nameof(estimate));
        }
    }

    /// <summary>Refuses buffers that differ in rate, channels or length.</summary>
    /// <exception cref="ArgumentException">They differ.</exception>
    public static void RequireSameShape(AudioBuffer reference, AudioBuffer estimate)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(estimate);
        if (reference.SampleRateHz != estimate.SampleRateHz || reference.Channels != estimate.Channels)
        {
            throw new ArgumentException(
                $"The reference is {reference.Channels} x {reference.SampleRateHz} Hz, the estimate {estimate.Channels} x {estimate.SampleRateHz} Hz. Convert one first.",
                nameof(estimate));
        }

        RequireSameLength(reference.Samples, estimate.Samples);
    }
}
