namespace AudioCodec.Generation.Sampling;

/// <summary>Classifier-free guidance.</summary>
/// <remarks>Source: arXiv 2209.15352, section 3.3; arXiv 2207.12598. Applied to logits, as in AudioCraft.</remarks>
internal static class Guidance
{
    /// <summary>guided = without + scale (with - without).</summary>
    /// <param name="with">Logits given the text, [N].</param>
    /// <param name="without">Logits given no text, or the negative one, [N].</param>
    /// <param name="scale">1 gives the first, 0 the second.</param>
    /// <param name="guided">Receives [N]; may be either.</param>
    public static void Apply(ReadOnlySpan<float> with, ReadOnlySpan<float> without, float scale, Span<float> guided)
    {
        for (int token = 0; token < with.Length; token++)
        {
            guided[token] = without[token] + ((with[token] - without[token]) * scale);
        }
    }
}
