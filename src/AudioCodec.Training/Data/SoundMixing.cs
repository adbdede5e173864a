using System.Numerics.Tensors;

namespace AudioCodec.Training.Data;

/// <summary>Mixes two sounds so that both are heard, as AudioGen is trained: a random offset and signal-to-noise ratio, then a random level.</summary>
/// <remarks>Source: AudioGen (arXiv 2209.15352), section 3.2, with the levels of AudioCraft's sound_dataset.py.</remarks>
internal static class SoundMixing
{
    /// <summary>Lowest level of a mixture, dBFS (RMS).</summary>
    public const int LowestLevelDb = -35;

    /// <summary>Highest level of a mixture, dBFS (RMS), not reached.</summary>
    public const int HighestLevelDb = -15;

    private const double CommonLevelDb = -25;
    private const float Epsilon = 1.1920929e-7f; // That of single precision, which the reference adds to every divisor.
    private const float MostPeak = 0.99f;

    /// <summary>Mixes a second sound into a first.</summary>
    /// <param name="source">[T] first sound: it is heard from its start.</param>
    /// <param name="target">Second sound; what does not fit into the first is cut.</param>
    /// <param name="snrDb">Level of the first above the second, dB.</param>
    /// <param name="start">Sample of the first at which the second starts.</param>
    /// <param name="levelDb">Level of the mixture, dBFS (RMS); lower where it would clip.</param>
    /// <returns>[T].</returns>
    public static float[] Mix(ReadOnlySpan<float> source, ReadOnlySpan<float> target, int snrDb, int start, int levelDb)
    {
        float[] mixed = AtCommonLevel(source, source.Length);
        float[] second = AtCommonLevel(target, source.Length);
        float ratio = Rms(mixed) / (float)Math.Pow(10, snrDb / 20.0) / (Rms(second) + Epsilon);
        TensorPrimitives.MultiplyAdd(second.AsSpan(0, mixed.Length - start), ratio, mixed.AsSpan(start), mixed.AsSpan(start));
        TensorPrimitives.Multiply(mixed, (float)Math.Pow(10, levelDb / 20.0) / (Rms(mixed) + Epsilon), mixed);
        float peak = Math.Abs(TensorPrimitives.MaxMagnitude<float>(mixed));
        if (peak > MostPeak)
        {
            // The reference divides by the highest sample, not the largest magnitude: a mixture whose lowest sample is larger stays above the bound there.
            TensorPrimitives.Divide(mixed, Math.Abs(TensorPrimitives.Max<float>(mixed)) / (MostPeak - Epsilon), mixed);
        }

        return mixed;
    }

    /// <summary>The caption of a mixture: both captions joined by a blank, or one where they are equal.</summary>
    public static string Join(string source, string target) => source == target ? source : $"{source} {target}";

    private static float[] AtCommonLevel(ReadOnlySpan<float> sound, int length)
    {
        var levelled = new float[length];
        sound[..Math.Min(length, sound.Length)].CopyTo(levelled);
        TensorPrimitives.Divide(levelled, Math.Abs(TensorPrimitives.Max<float>(levelled)) + Epsilon, levelled);
        TensorPrimitives.Multiply(levelled, (float)Math.Pow(10, CommonLevelDb / 20) / (Rms(levelled) + Epsilon), levelled);
        return levelled;
    }

    private static float Rms(ReadOnlySpan<float> x) => MathF.Sqrt(TensorPrimitives.SumOfSquares(x) / x.Length);
}
