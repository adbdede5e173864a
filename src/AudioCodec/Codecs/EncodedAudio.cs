namespace AudioCodec.Codecs;

/// <summary>Audio as codes.</summary>
/// <param name="LengthSamples">Samples per channel of the original, which decoding gives back.</param>
/// <param name="Codebooks">Codes per frame, K.</param>
/// <param name="Segments">The segments in order; none for audio without samples.</param>
public sealed record EncodedAudio(long LengthSamples, int Codebooks, IReadOnlyList<EncodedSegment> Segments)
{
    /// <summary>Frames in all segments together.</summary>
    public long FrameCount => Segments.Sum(segment => (long)segment.Codes.Length / Codebooks);
}
