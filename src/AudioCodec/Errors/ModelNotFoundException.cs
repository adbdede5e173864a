namespace AudioCodec;

/// <summary>A model that was named by a caller or by a stream is not on this machine.</summary>
/// <param name="message">What was looked for, and where.</param>
/// <param name="modelName">The model's name, as the catalogue has it where it is in there.</param>
/// <param name="isPublished">Whether the catalogue has its address.</param>
public sealed class ModelNotFoundException(string message, string modelName, bool isPublished) : CheckpointException(message, modelName)
{
    /// <summary>The model's name, as the catalogue has it where it is in there.</summary>
    public string ModelName { get; } = modelName;

    /// <summary>Whether <see cref="Models.ModelStore.PullAsync"/> can download it.</summary>
    public bool IsPublished { get; } = isPublished;
}
