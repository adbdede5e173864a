namespace AudioCodec.Codecs;

/// <summary>A piece of audio as latents: what the encoder gives before the quantizer, or a generator instead of it.</summary>
/// <param name="LengthSamples">Samples per channel of the original, which decoding gives back.</param>
/// <param name="Dimension">Values per frame, D.</param>
/// <param name="Segments">The segments in order; none for a piece of no samples.</param>
public sealed record LatentAudio(long LengthSamples, int Dimension, IReadOnlyList<LatentSegment> Segments);

/// <summary>The latents of one segment, or of the whole piece where the model knows no segments.</summary>
/// <param name="Scale">What the decoded samples are multiplied by; 1 where the model does not normalize.</param>
/// <param name="Values">[F, D], frame after frame; kept, not copied.</param>
public sealed record LatentSegment(float Scale, float[] Values);
