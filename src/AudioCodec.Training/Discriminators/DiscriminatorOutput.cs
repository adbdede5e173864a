using static TorchSharp.torch;

namespace AudioCodec.Training.Discriminators;

/// <summary>What one discriminator says of audio.</summary>
/// <param name="Logits">[B, 1, frames, bins]; high where it takes the audio for real.</param>
/// <param name="Maps">Outputs of its inner layers, for feature matching.</param>
internal sealed record DiscriminatorOutput(Tensor Logits, Tensor[] Maps);
