using System.Buffers;
using System.Numerics.Tensors;

namespace AudioCodec.Generation.Sampling;

/// <summary>Chooses tokens by their logits; a pure function of logits, settings and a number from [0, 1).</summary>
/// <remarks>
/// Temperature, then top-p where it is set, else top-k, as AudioCraft does; probabilities and their sums in double precision, tokens in the order of their
/// ids, so that the choice depends on nothing else.
/// </remarks>
internal static class TokenSampler
{
    /// <summary>Chooses a token.</summary>
    /// <param name="logits">[N]; minus infinity for tokens that may not come.</param>
    /// <param name="settings">How to choose.</param>
    /// <param name="u">Uniform in [0, 1); not used by a greedy choice.</param>
    /// <returns>The token, or -1 where a logit is NaN or infinite, or none may come.</returns>
    public static int Choose(ReadOnlySpan<float> logits, in SamplingSettings settings, double u)
    {
        // The maximum is NaN if any logit is.
        if (!float.IsFinite(TensorPrimitives.Max(logits)))
        {
            return -1;
        }

        if (settings.Temperature == 0)
        {
            return TensorPrimitives.IndexOfMax(logits);
        }

        double[] probabilities = ArrayPool<double>.Shared.Rent(logits.Length);
        try
        {
            Filter(logits, settings, probabilities.AsSpan(0, logits.Length));
            return Draw(probabilities.AsSpan(0, logits.Length), u);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(probabilities);
        }
    }

    /// <summary>Probabilities of the tokens that temperature, top-k and top-p leave; the others have 0.</summary>
    /// <param name="logits">[N], with a finite maximum and a temperature above 0.</param>
    /// <param name="settings">What to leave.</param>
    /// <param name="probabilities">Receives [N]; sum 1.</param>
    public static void Filter(ReadOnlySpan<float> logits, in SamplingSettings settings, Span<double> probabilities)
    {
        double max = TensorPrimitives.Max(logits);
        for (int token = 0; token < logits.Length; token++)
        {
            probabilities[token] = Math.Exp((logits[token] - max) / settings.Temperature);
        }

        if (settings.TopP > 0)
        {
            KeepMass(probabilities, settings.TopP);
        }
        else if (settings.TopK > 0 && settings.TopK < logits.Length)
        {
            KeepMost(logits, settings.TopK, probabilities);
        }

        TensorPrimitives.Divide(probabilities, Sum(probabilities), probabilities);
    }

    /// <summary>The first token at which the sum of probabilities exceeds a number.</summary>
    /// <param name="probabilities">[N], sum 1.</param>
    /// <param name="u">The number, from [0, 1).</param>
    public static int Draw(ReadOnlySpan<double> probabilities, double u)
    {
        double sum = 0;
        int last = 0;
        for (int token = 0; token < probabilities.Length; token++)
        {
            if (probabilities[token] > 0)
            {
                sum += probabilities[token];
                last = token;
                if (sum > u)
                {
                    break;
                }
            }
        }

        return last;
    }

    private static void KeepMost(ReadOnlySpan<float> logits, int count, Span<double> probabilities)
    {
        float[] sorted = ArrayPool<float>.Shared.Rent(logits.Length);
        logits.CopyTo(sorted);
        sorted.AsSpan(0, logits.Length).Sort();
        float least = sorted[logits.Length - count];
        ArrayPool<float>.Shared.Return(sorted);
        for (int token = 0; token < logits.Length; token++)
        {
            if (logits[token] < least)
            {
                probabilities[token] = 0;
            }
        }
    }

    /// <summary>Keeps the most probable tokens: each before which they do not yet have more than the mass.</summary>
    private static void KeepMass(Span<double> probabilities, double mass)
    {
        double total = Sum(probabilities);
        int[] order = [.. Enumerable.Range(0, probabilities.Length)];
        double[] values = probabilities.ToArray();
        Array.Sort(order, (a, b) => values[a] != values[b] ? values[b].CompareTo(values[a]) : a.CompareTo(b));
        double before = 0;
        foreach (int token in order)
        {
            if (before > mass * total)
            {
                probabilities[token] = 0;
            }

            before += values[token];
        }
    }

    // One after the other: a vectorized sum would depend on the width of the vectors.
    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }

        return sum;
    }
}
