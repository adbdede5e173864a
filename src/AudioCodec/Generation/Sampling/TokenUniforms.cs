using AudioCodec.Numerics;

namespace AudioCodec.Generation.Sampling;

/// <summary>The uniform numbers that tokens are drawn with: one for each place of a take, whatever the order in which places are filled.</summary>
internal static class TokenUniforms
{
    /// <summary>A number from [0, 1).</summary>
    /// <param name="seed">Seed of the generation.</param>
    /// <param name="take">Number of the take.</param>
    /// <param name="frame">Frame of the token in the whole piece.</param>
    /// <param name="codebook">Its codebook.</param>
    public static double At(long seed, int take, long frame, int codebook) => SplitMix.For(seed, frame, ((long)take << 32) | (uint)codebook).NextDouble();
}
