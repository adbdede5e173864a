using AudioCodec.Generation.Transformer;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Generation;

/// <summary>Scaled dot-product attention over packed projections.</summary>
/// <param name="config">Architecture.</param>
internal sealed class Attention(TokenModelConfig config)
{
    private readonly int _size = config.Dimension / config.Heads;

    /// <summary>[B, S, N D] to N views [B, H, S, D / H].</summary>
    public Tensor[] Split(Tensor packed, int parts) =>
        packed.view(packed.shape[0], packed.shape[1], parts, config.Heads, _size).permute(2, 0, 3, 1, 4).unbind(0);

    /// <summary>Attends. Queries [B, H, S, D / H], keys and values [B, H, T, D / H], the mask added to the scores or <see langword="null"/>; [B, S, D].</summary>
    public Tensor Attend(Tensor query, Tensor key, Tensor value, Tensor? mask)
    {
        if (query.device_type == DeviceType.CUDA)
        {
            return nn.functional.scaled_dot_product_attention(query, key, value, mask?.to(query.dtype)).transpose(1, 2).flatten(2, 3);
        }

        // On a CPU libtorch's own way back is slower than these products: by half in single precision, seven times in bfloat16.
        Tensor scores = (query * (1 / Math.Sqrt(_size))).matmul(key.transpose(2, 3));
        return (mask is null ? scores : scores.add_(mask)).softmax(3).matmul(value).transpose(1, 2).flatten(2, 3);
    }
}
