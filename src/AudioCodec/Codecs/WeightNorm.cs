using System.Numerics.Tensors;
using AudioCodec.Checkpoints;

namespace AudioCodec.Codecs;

/// <summary>Reads convolution weights with or without weight normalization.</summary>
internal static class WeightNorm
{
    /// <summary>
    /// Reads <c>{prefix}.weight</c>, or <c>weight_v</c> and <c>weight_g</c> with the gains g / |v| of each first-dimension slice.
    /// </summary>
    /// <param name="source">The checkpoint.</param>
    /// <param name="prefix">Name up to the dot.</param>
    /// <param name="norm">Which of the two forms the model has.</param>
    /// <param name="first">First dimension: output channels, or input channels of a transposed convolution.</param>
    /// <param name="second">Second dimension.</param>
    /// <param name="kernel">Third dimension.</param>
    /// <param name="gains">Receives what slice i is to be multiplied by, or <see langword="null"/> for nothing.</param>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape.</exception>
    public static float[] Load(
        StateDict source, string prefix, ConvNorm norm, int first, int second, int kernel, out float[]? gains)
    {
        if (norm != ConvNorm.WeightNorm)
        {
            gains = null;
            return source.Get($"{prefix}.weight", first, second, kernel);
        }

        float[] directions = source.Get($"{prefix}.weight_v", first, second, kernel);
        float[] magnitudes = source.Get($"{prefix}.weight_g", first, 1, 1);
        gains = new float[first];
        int slice = second * kernel;
        for (int i = 0; i < first; i++)
        {
            gains[i] = magnitudes[i] / TensorPrimitives.Norm(directions.AsSpan(i * slice, slice));
        }

        return directions;
    }
}
