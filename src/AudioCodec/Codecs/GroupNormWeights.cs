using AudioCodec.Checkpoints;

namespace AudioCodec.Codecs;

/// <summary>Gain and offset per channel of a normalization over channels and time (one group).</summary>
/// <param name="Gain">[C].</param>
/// <param name="Offset">[C].</param>
internal sealed record GroupNormWeights(float[] Gain, float[] Offset)
{
    /// <summary>Loads <c>{name}.weight</c> and <c>{name}.bias</c>, both [C].</summary>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape.</exception>
    public static GroupNormWeights Load(StateDict source, string name, int channels) =>
        new(source.Get($"{name}.weight", channels), source.Get($"{name}.bias", channels));
}
