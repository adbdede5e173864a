using static TorchSharp.torch;

namespace AudioCodec.Torch.Generation;

/// <summary>The texts of a batch as tokens, padded to the longest.</summary>
/// <param name="Ids">[B, T] 64-bit integers.</param>
/// <param name="Mask">[B, T], boolean: the tokens of each text; a row without any has no text.</param>
internal sealed record TextTokens(Tensor Ids, Tensor Mask);
