using AudioCodec.Checkpoints;

namespace AudioCodec.Entropy;

/// <summary>Gain and bias of a layer norm, with zeros up to a whole panel.</summary>
internal sealed record NormWeights(float[] Gain, float[] Bias)
{
    public static NormWeights Load(StateDict weights, string prefix, int width) =>
        new(Padded(weights.Get(prefix + ".weight", width)), Padded(weights.Get(prefix + ".bias", width)));

    private static float[] Padded(float[] values)
    {
        var padded = new float[ExactMatrix.RoundUp(values.Length)];
        values.CopyTo(padded, 0);
        return padded;
    }
}
