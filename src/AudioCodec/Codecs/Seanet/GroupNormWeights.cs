using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Codecs.Seanet;

/// <summary>Gain and offset per channel of a normalization over channels and time (one group).</summary>
/// <param name="Gain">[C].</param>
/// <param name="Offset">[C].</param>
internal sealed record GroupNormWeights(float[] Gain, float[] Offset)
{
    /// <summary>Loads gain and offset of a convolution's normalization; <see langword="null"/> where it has none.</summary>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape.</exception>
    public static GroupNormWeights? Load(ConvLayer layer, StateDict source) => layer.Norm == ConvNorm.TimeGroupNorm
        ? new(source.Get($"{layer.NormName}.weight", layer.OutputChannels), source.Get($"{layer.NormName}.bias", layer.OutputChannels))
        : null;
}
