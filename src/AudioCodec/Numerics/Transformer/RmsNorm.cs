namespace AudioCodec.Numerics.Transformer;

/// <summary>Each row divided by its root mean square, then gain: no mean is subtracted and no bias added.</summary>
/// <param name="gain">[D].</param>
/// <param name="epsilon">Added to the mean square; 1e-6 in T5.</param>
/// <remarks>Source: arXiv 1910.07467; <c>T5LayerNorm</c> in transformers.</remarks>
internal sealed class RmsNorm(ReadOnlySpan<float> gain, float epsilon)
    : RowNorm(gain, [], epsilon, centered: false);
