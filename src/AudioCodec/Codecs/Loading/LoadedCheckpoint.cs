using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Codecs.Loading;

/// <summary>A codec's weights with their configuration and origin.</summary>
/// <param name="Weights">The tensors under the official names, checked against <paramref name="Config"/>.</param>
/// <param name="Config">The codec's configuration, validated.</param>
/// <param name="Format">Format of the file.</param>
/// <param name="Naming">Naming of the tensors in the file.</param>
/// <param name="Status">State of the training, where the folder states it; release for published models.</param>
/// <param name="Path">Path of the weights file.</param>
public sealed record LoadedCheckpoint(
    StateDict Weights, EncodecConfig Config, CheckpointFormat Format, CheckpointNaming Naming, CheckpointStatus Status, string Path);
