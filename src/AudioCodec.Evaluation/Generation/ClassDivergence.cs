namespace AudioCodec.Evaluation.Generation;

/// <summary>Kullback-Leibler divergence of what a classifier says of two sounds.</summary>
/// <remarks>As AudioCraft's <c>kld</c> (metrics/kld.py): KL(target, generated), with an epsilon inside the logarithm of the generated sound; lower is better.</remarks>
public static class ClassDivergence
{
    private const double Epsilon = 1e-6;

    /// <summary>Divergence of a pair, nats: sum of p log(p / (q + e)), where p log p is 0 for p = 0.</summary>
    /// <param name="target">Probabilities p of the recording.</param>
    /// <param name="generated">Probabilities q of the generated sound.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Compute(ReadOnlySpan<float> target, ReadOnlySpan<float> generated)
    {
        if (target.Length != generated.Length)
        {
            throw new ArgumentException($"{target.Length} and {generated.Length} classes.", nameof(generated));
        }

        double sum = 0;
        for (int i = 0; i < target.Length; i++)
        {
            sum += target[i] > 0 ? target[i] * Math.Log(target[i] / (generated[i] + Epsilon)) : 0;
        }

        return sum;
    }
}
