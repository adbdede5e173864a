using AudioCodec.Numerics;
using AudioCodec.Torch.Layers;

namespace AudioCodec.Torch.Text;

/// <summary>Makes the matrices of T5, which have no biases.</summary>
internal static class T5Linear
{
    /// <summary>A matrix whose fresh weights have the standard deviation 1 / sqrt(inputs), times a gain.</summary>
    /// <remarks>As transformers' <c>T5PreTrainedModel._init_weights</c>, drawn from a uniform distribution of the same variance.</remarks>
    public static MixedLinear Create(long inputs, long outputs, SplitMix random, double gain = 1) =>
        new(inputs, outputs, random, gain * Math.Sqrt(3), hasBias: false);
}
