namespace AudioCodec;

/// <summary>A model that was named by a caller or by a stream is not on this machine.</summary>
/// <param name="message">What was looked for, and where.</param>
/// <param name="modelName">Name of the model, the one in the catalogue where it has one.</param>
/// <param name="isPublished">Whether the catalogue has its address.</param>
public sealed class ModelNotFoundException(string message, string modelName, bool isPublished) : CheckpointException(message, modelName)
{
    /// <summary>Name of the model, the one in the catalogue where it has one.</summary>
    public string ModelName { get; } = modelName;

    /// <summary>Whether <see cref="Models.ModelStore.PullAsync"/> can download it.</summary>
    public bool IsPublished { get; } = isPublished;
}
