namespace AudioCodec.Checkpoints;

/// <summary>Format of a checkpoint file.</summary>
public enum CheckpointFormat
{
    /// <summary>A safetensors file.</summary>
    Safetensors,

    /// <summary>The zip archive that <c>torch.save</c> writes since torch 1.6.</summary>
    TorchZip,

    /// <summary>The sequence of pickles that <c>torch.save</c> wrote before torch 1.6.</summary>
    TorchLegacy,
}
