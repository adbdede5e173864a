namespace AudioCodec.Entropy;

/// <summary>Cumulative frequencies as the reference builds them, for version-0 files with a language model.</summary>
/// <remarks>
/// Probabilities are cut to multiples of 1e-8, then f_i = 2 + floor((1 - 2N / 2^24) 2^24 p_i), each step rounded to single precision.
/// The tables depend on the last bits of the reference's softmax, which no other implementation reproduces reliably.
/// Source: <c>build_stable_quantized_cdf</c> of the reference's <c>quantization/ac.py</c>.
/// </remarks>
internal static class ReferenceFrequencyTable
{
    /// <summary>Builds the table of a softmax; the sum may exceed 2^24 by a little, as in the reference.</summary>
    /// <param name="logits">Logit of each code.</param>
    /// <param name="cumulative">[N] receives the upper ends.</param>
    public static void Build(ReadOnlySpan<float> logits, Span<int> cumulative)
    {
        double max = float.NegativeInfinity;
        foreach (float logit in logits)
        {
            max = Math.Max(max, logit);
        }

        double sum = 0;
        foreach (float logit in logits)
        {
            sum += ExactMath.Exp(logit - max);
        }

        int total = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            float probability = (float)(ExactMath.Exp(Math.Max(logits[i] - max, -700)) / sum);
            cumulative[i] = total += Frequency(probability, logits.Length);
        }
    }

    /// <summary>Builds the table of probabilities that are known to the last bit.</summary>
    /// <param name="probabilities">Probability of each code.</param>
    /// <param name="cumulative">[N] receives the upper ends.</param>
    public static void BuildFromProbabilities(ReadOnlySpan<float> probabilities, Span<int> cumulative)
    {
        int total = 0;
        for (int i = 0; i < probabilities.Length; i++)
        {
            cumulative[i] = total += Frequency(probabilities[i], probabilities.Length);
        }
    }

    private static int Frequency(float probability, int codes)
    {
        float range = (float)((1.0 - (2.0 * codes / (1 << 24))) * (1 << 24));
        float cut = MathF.Floor(probability / 1e-8f) * 1e-8f;
        return (int)MathF.Floor(range * cut) + 2;
    }
}
