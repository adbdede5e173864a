namespace AudioCodec.Numerics;

/// <summary>What the threads that share a product with a <see cref="CompactMatrix"/> do with its inputs and outputs, each for itself.</summary>
/// <remarks>Normalizing a row or two again in every thread takes less time than doing it once and handing it over.</remarks>
/// <param name="Norm">Normalizes the input rows; null for none.</param>
/// <param name="Gelu">Whether outputs are activated by <see cref="Numerics.Gelu"/>.</param>
internal readonly record struct CompactFusion(RowNorm? Norm, bool Gelu);
