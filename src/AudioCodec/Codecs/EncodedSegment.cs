namespace AudioCodec.Codecs;

/// <summary>The codes of one segment, or of the whole audio where the model has no segments.</summary>
/// <param name="Scale">Factor of the decoded samples; 1 where the model does not normalize.</param>
/// <param name="Codes">[F, K], frame after frame; kept, not copied.</param>
public sealed record EncodedSegment(float Scale, ushort[] Codes);
