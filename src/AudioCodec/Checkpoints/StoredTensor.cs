namespace AudioCodec.Checkpoints;

/// <summary>A tensor of a safetensors file and the place of its data.</summary>
/// <param name="Info">Name, type and shape.</param>
/// <param name="Begin">Offset of the first byte in the file.</param>
/// <param name="End">Offset after the last.</param>
internal sealed record StoredTensor(TensorInfo Info, long Begin, long End);
