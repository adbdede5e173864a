using AudioCodec.Audio;
using AudioCodec.Codecs;

namespace AudioCodec;

/// <summary>A whole take.</summary>
/// <param name="Prompt">The text it was made from, or <see langword="null"/>.</param>
/// <param name="Take">Number of the take among those of its prompt, from 0.</param>
/// <param name="Seed">Seed of the generation.</param>
/// <param name="Audio">The audio, not clipped to -1 to 1.</param>
/// <param name="Codes">Its codes, one segment; of two channels, codebook 2k is the left one's codebook k, 2k + 1 the right one's.</param>
public sealed record GeneratedAudio(string? Prompt, int Take, long Seed, AudioBuffer Audio, EncodedAudio Codes);
