namespace AudioCodec;

/// <summary>A checkpoint is damaged, hostile, or does not hold the tensors that the model needs.</summary>
/// <param name="message">What was found, what was expected, and what to do.</param>
/// <param name="path">Path of the checkpoint, or a name for it.</param>
/// <param name="tensor">The tensor concerned, or <see langword="null"/>.</param>
/// <param name="innerException">The cause, where there is one.</param>
public class CheckpointException(string message, string path, string? tensor = null, Exception? innerException = null)
    : CodecException(message, innerException)
{
    /// <summary>Path of the checkpoint, or a name for it.</summary>
    public string Path { get; } = path;

    /// <summary>The tensor concerned, or <see langword="null"/>.</summary>
    public string? Tensor { get; } = tensor;
}
