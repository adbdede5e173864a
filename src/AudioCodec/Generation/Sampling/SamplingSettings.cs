namespace AudioCodec.Generation.Sampling;

/// <summary>How a token is chosen by its logits.</summary>
/// <param name="Temperature">Divisor of the logits; 0 to take the token with the highest logit.</param>
/// <param name="TopK">Number of most probable tokens to choose from, and those as probable as the last of them; 0 for all. Not used where <paramref name="TopP"/> is.</param>
/// <param name="TopP">Probability that the most probable tokens to choose from have together, at least; 0 for all.</param>
internal readonly record struct SamplingSettings(double Temperature, int TopK, double TopP)
{
    /// <summary>The token with the highest logit, the first of equals.</summary>
    public static SamplingSettings Greedy { get; }

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is negative or not finite, or the probability above 1.</exception>
    public void Validate()
    {
        ThrowIfOutside(Temperature, double.MaxValue, nameof(Temperature));
        ThrowIfOutside(TopP, 1, nameof(TopP));
        ArgumentOutOfRangeException.ThrowIfNegative(TopK);
    }

    private static void ThrowIfOutside(double value, double most, string name)
    {
        if (!(value >= 0 && value <= most))
        {
            throw new ArgumentOutOfRangeException(name, value, most == 1 ? $"{name} is a number from 0 to 1." : $"{name} is a number from 0.");
        }
    }
}
