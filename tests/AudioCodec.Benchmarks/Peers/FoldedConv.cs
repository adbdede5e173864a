using System.Numerics.Tensors;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Seanet;

namespace AudioCodec.Benchmarks.Peers;

/// <summary>Weight, with weight norm folded, and bias of a convolution.</summary>
/// <param name="Weight">Of the shape <see cref="ConvLayer.WeightShape"/>.</param>
/// <param name="Bias">[output channels].</param>
/// <param name="Norm">Of the group normalization, or <see langword="null"/>.</param>
internal sealed record FoldedConv(float[] Weight, float[] Bias, GroupNormWeights? Norm)
{
    public static FoldedConv Load(ConvLayer layer, StateDict source)
    {
        float[] weight = [.. WeightNorm.Load(layer, source, out float[]? gains)];
        int slice = weight.Length / layer.WeightShape[0];
        for (int i = 0; i < gains?.Length; i++)
        {
            Span<float> values = weight.AsSpan(i * slice, slice);
            TensorPrimitives.Multiply(values, gains[i], values);
        }

        return new FoldedConv(weight, source.Get($"{layer.ConvName}.bias", layer.OutputChannels), GroupNormWeights.Load(layer, source));
    }
}
