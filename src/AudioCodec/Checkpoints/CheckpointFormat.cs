namespace AudioCodec.Checkpoints;

/// <summary>Kind of file that tensors were read from.</summary>
public enum CheckpointFormat
{
    /// <summary>A safetensors file.</summary>
    Safetensors,

    /// <summary>The zip archive that <c>torch.save</c> writes since torch 1.6.</summary>
    TorchZip,

    /// <summary>The row of pickles that <c>torch.save</c> wrote before.</summary>
    TorchLegacy,
}
