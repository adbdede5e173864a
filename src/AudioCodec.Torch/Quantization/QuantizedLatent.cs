using static TorchSharp.torch;

namespace AudioCodec.Torch.Quantization;

/// <summary>Latents after quantization.</summary>
/// <param name="Latent">[B, D, F], the sum of the codewords; its gradient goes to the input unchanged.</param>
/// <param name="Codes">[K, B, F], 64-bit integers.</param>
/// <param name="Commitments">[K], mean squared distance between input and sum after each level.</param>
public sealed record QuantizedLatent(Tensor Latent, Tensor Codes, Tensor Commitments);
