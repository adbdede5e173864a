using AudioCodec.Numerics;

namespace AudioCodec.Evaluation.Generation;

/// <summary>Draws without putting back.</summary>
internal static class RandomPart
{
    /// <summary>Some entries of a list in random order.</summary>
    public static T[] Of<T>(IReadOnlyList<T> all, int count, SplitMix random)
    {
        T[] shuffled = [.. all];
        for (int i = 0; i < count; i++)
        {
            int j = i + (int)random.NextInt64(shuffled.Length - i);
            (shuffled[i], shuffled[j]) = (shuffled[j], shuffled[i]);
        }

        return shuffled[..count];
    }
}
