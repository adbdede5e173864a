using static TorchSharp.torch;

namespace AudioCodec.Torch.Generation;

/// <summary>The texts of a batch, padded to the longest.</summary>
/// <param name="States">[B, T, W].</param>
/// <param name="Mask">[B, T], boolean: the tokens of each text; a row without any has no text.</param>
internal sealed record TextCondition(Tensor States, Tensor Mask);
