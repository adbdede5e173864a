namespace AudioCodec;

/// <summary>The next samples of one of several takes, and the codes that were made meanwhile.</summary>
/// <param name="Prompt">Index of the take's prompt.</param>
/// <param name="Take">Number of the take among those of its prompt, from 0.</param>
/// <param name="Seed">Seed of the generation.</param>
/// <param name="Audio">The samples; with a codec that looks ahead, they are a few frames behind the codes.</param>
/// <param name="Codes">[F, K], the codes since the take's last block. Of two channels, 2k is the left one's codebook k, 2k + 1 the right one's.</param>
/// <param name="LengthSamples">Samples per channel that the whole take will have, unless it is stopped.</param>
/// <param name="IsLast">Whether the take ends here.</param>
public sealed record GeneratedBlock(int Prompt, int Take, long Seed, AudioBlock Audio, ReadOnlyMemory<ushort> Codes, long LengthSamples, bool IsLast);
