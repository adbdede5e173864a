using System.Numerics.Tensors;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Codecs.Seanet;

/// <summary>Reads convolution weights with or without weight normalization.</summary>
internal static class WeightNorm
{
    /// <summary>Reads <c>weight</c>, or <c>weight_v</c> and <c>weight_g</c> with the gains g / |v| of each first-dimension slice.</summary>
    /// <param name="layer">The convolution.</param>
    /// <param name="source">The checkpoint.</param>
    /// <param name="gains">Receives the factor of each slice, or <see langword="null"/> without weight normalization.</param>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape.</exception>
    public static float[] Load(ConvLayer layer, StateDict source, out float[]? gains)
    {
        if (layer.Norm != ConvNorm.WeightNorm)
        {
            gains = null;
            return source.Get($"{layer.ConvName}.weight", layer.WeightShape);
        }

        float[] directions = source.Get($"{layer.ConvName}.weight_v", layer.WeightShape);
        float[] magnitudes = source.Get($"{layer.ConvName}.weight_g", layer.WeightShape[0], 1, 1);
        gains = new float[magnitudes.Length];
        int slice = directions.Length / gains.Length;
        for (int i = 0; i < gains.Length; i++)
        {
            gains[i] = magnitudes[i] / TensorPrimitives.Norm(directions.AsSpan(i * slice, slice));
        }

        return directions;
    }
}
