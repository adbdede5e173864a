using static TorchSharp.torch;

namespace AudioCodec.Torch.Layers;

/// <summary>Weight norm over dimension 0: a weight as a direction v and a length g of every slice. TorchSharp has none.</summary>
/// <remarks>Source: Salimans and Kingma (arXiv 1602.07868).</remarks>
internal static class WeightNorm
{
    /// <summary>g * v / |v|; g of the shape that <see cref="Length"/> gives.</summary>
    public static Tensor Apply(Tensor length, Tensor direction) => direction * (length / Length(direction));

    /// <summary>Norm over all dimensions but the first, which stay as dimensions of 1.</summary>
    public static Tensor Length(Tensor direction) =>
        (direction * direction).sum([.. Enumerable.Range(1, (int)direction.dim() - 1).Select(d => (long)d)], keepdim: true).sqrt();
}
