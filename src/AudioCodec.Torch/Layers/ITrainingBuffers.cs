namespace AudioCodec.Torch.Layers;

/// <summary>A module with buffers that only training needs: checkpoints for use leave them out.</summary>
internal interface ITrainingBuffers
{
    /// <summary>Their names in the module.</summary>
    IReadOnlyList<string> TrainingBuffers { get; }

    /// <summary>Sets them to what training starts from with the present weights.</summary>
    void ResetTrainingBuffers();
}
