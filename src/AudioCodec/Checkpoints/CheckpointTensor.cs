namespace AudioCodec.Checkpoints;

/// <summary>One tensor of a checkpoint as single-precision values.</summary>
/// <param name="Shape">Its dimensions, outermost first; empty for a scalar.</param>
/// <param name="Values">Row-major values; the product of <paramref name="Shape"/> of them.</param>
public sealed record CheckpointTensor(int[] Shape, float[] Values);
