using AudioCodec.Text;

namespace AudioCodec.Generation.Takes;

/// <summary>What one take is made from.</summary>
/// <param name="Text">The text, or <see langword="null"/> for none.</param>
/// <param name="Against">The text that guidance leads away from, or <see langword="null"/> for none.</param>
/// <param name="Seed">Seed of the generation.</param>
/// <param name="Number">Number of the take; with the seed, it decides what is drawn.</param>
internal sealed record TakeRequest(TextStates? Text, TextStates? Against, long Seed, int Number);
