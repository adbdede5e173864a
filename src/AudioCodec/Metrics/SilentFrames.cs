namespace AudioCodec.Metrics;

/// <summary>Removes the pauses from a pair of signals, as STOI requires.</summary>
/// <remarks>
/// A frame is removed when the reference's windowed energy in it is 40 dB or more below its loudest frame; the others are
/// joined by overlap-add. Source: Taal et al. 2011 (see <see cref="Stoi"/>), section II.
/// </remarks>
internal static class SilentFrames
{
    private const double RangeDb = 40;

    /// <summary>Removes the reference's silent frames from both signals.</summary>
    /// <param name="reference">[T] at 10 kHz.</param>
    /// <param name="estimate">[T] at 10 kHz.</param>
    /// <returns>Both without those frames; empty for signals of up to one frame.</returns>
    public static (float[] Reference, float[] Estimate) Remove(ReadOnlySpan<float> reference, ReadOnlySpan<float> estimate)
    {
        double[] levels = LevelsDb(reference);
        int[] kept = levels.Length == 0 ? [] : Kept(levels, levels.Max() - RangeDb);
        return (Join(reference, kept), Join(estimate, kept));
    }

    private static int[] Kept(double[] levels, double thresholdDb) =>
        [.. Enumerable.Range(0, levels.Length).Where(f => levels[f] > thresholdDb)];

    private static double[] LevelsDb(ReadOnlySpan<float> signal)
    {
        var levels = new double[ThirdOctaveBands.FrameCount(signal.Length)];
        for (int f = 0; f < levels.Length; f++)
        {
            double energy = 0;
            for (int i = 0; i < ThirdOctaveBands.FrameSamples; i++)
            {
                double v = signal[(f * ThirdOctaveBands.HopSamples) + i] * ThirdOctaveBands.Window[i];
                energy += v * v;
            }

            levels[f] = 20 * Math.Log10(Math.Sqrt(energy) + double.Epsilon);
        }

        return levels;
    }

    private static float[] Join(ReadOnlySpan<float> signal, int[] kept)
    {
        if (kept.Length == 0)
        {
            return [];
        }

        var joined = new float[((kept.Length - 1) * ThirdOctaveBands.HopSamples) + ThirdOctaveBands.FrameSamples];
        for (int f = 0; f < kept.Length; f++)
        {
            ReadOnlySpan<float> frame = signal.Slice(kept[f] * ThirdOctaveBands.HopSamples, ThirdOctaveBands.FrameSamples);
            Span<float> place = joined.AsSpan(f * ThirdOctaveBands.HopSamples, ThirdOctaveBands.FrameSamples);
            System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(frame, ThirdOctaveBands.Window, place, place);
        }

        return joined;
    }
}
