namespace AudioCodec.Codecs;

/// <summary>The codes of one segment, or of the whole piece where the model knows no segments.</summary>
/// <param name="Scale">What the decoded samples are multiplied by; 1 where the model does not normalize.</param>
/// <param name="Codes">[F, K], frame after frame; kept, not copied.</param>
public sealed record EncodedSegment(float Scale, ushort[] Codes);
