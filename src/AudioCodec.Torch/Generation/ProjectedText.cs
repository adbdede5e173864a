using static TorchSharp.torch;

namespace AudioCodec.Torch.Generation;

/// <summary>Texts as the layers see them.</summary>
/// <param name="Values">[B, T, D], zero where there is no text.</param>
/// <param name="Mask">[B, 1, 1, T], added to the scores: 0 where a row attends, one place at least, else minus infinity.</param>
internal sealed record ProjectedText(Tensor Values, Tensor Mask);
