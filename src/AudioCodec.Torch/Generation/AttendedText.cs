using static TorchSharp.torch;

namespace AudioCodec.Torch.Generation;

/// <summary>Texts as one layer attends to them.</summary>
/// <param name="Keys">[B, H, T, D / H].</param>
/// <param name="Values">[B, H, T, D / H].</param>
/// <param name="Mask">As <see cref="ProjectedText.Mask"/>.</param>
internal sealed record AttendedText(Tensor Keys, Tensor Values, Tensor Mask);
