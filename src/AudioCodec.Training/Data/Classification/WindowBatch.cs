namespace AudioCodec.Training.Data.Classification;

/// <summary>Windows for one network.</summary>
/// <param name="Windows">[B, window frames, bands], scaled.</param>
/// <param name="Targets">[B, classes]: the share of each class; a row's sum is 1.</param>
internal sealed record WindowBatch(float[] Windows, float[] Targets);
