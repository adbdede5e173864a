namespace AudioCodec.Numerics.Transformer;

/// <summary>Layer normalization: each row to mean 0 and variance 1, then gain and bias.</summary>
/// <param name="gain">[D].</param>
/// <param name="bias">[D], empty for none.</param>
/// <param name="epsilon">Added to the variance; 1e-5 in torch's <c>nn.LayerNorm</c>.</param>
/// <remarks>Source: arXiv 1607.06450. The variance is that of the D elements (divided by D), from their differences to the mean.</remarks>
internal sealed class LayerNorm(ReadOnlySpan<float> gain, ReadOnlySpan<float> bias, float epsilon)
    : RowNorm(gain, bias, epsilon, centered: true);
