namespace AudioCodec.Codecs.Loading;

/// <summary>Naming of the tensors in a codec's checkpoint file. In memory they always have the official names.</summary>
public enum CheckpointNaming
{
    /// <summary>The official EnCodec release: <c>encoder.model.3.conv.conv.weight_v</c>.</summary>
    Official,

    /// <summary>Hugging Face transformers: <c>encoder.layers.3.conv.weight_v</c>.</summary>
    HuggingFace,

    /// <summary>AudioCraft: the official names inside a package with <c>best_state</c> and <c>xp.cfg</c>.</summary>
    AudioCraft,
}
