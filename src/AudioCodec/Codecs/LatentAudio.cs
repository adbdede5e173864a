namespace AudioCodec.Codecs;

/// <summary>Audio as latents: the output of the encoder before the quantizer, or of a generator.</summary>
/// <param name="LengthSamples">Samples per channel of the original, which decoding gives back.</param>
/// <param name="Dimension">Values per frame, D.</param>
/// <param name="Segments">The segments in order; none for audio without samples.</param>
public sealed record LatentAudio(long LengthSamples, int Dimension, IReadOnlyList<LatentSegment> Segments);

/// <summary>The latents of one segment, or of the whole audio where the model has no segments.</summary>
/// <param name="Scale">Factor of the decoded samples; 1 where the model does not normalize.</param>
/// <param name="Values">[F, D], frame after frame; kept, not copied.</param>
public sealed record LatentSegment(float Scale, float[] Values);
