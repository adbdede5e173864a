using AudioCodec.Codecs;

namespace AudioCodec.Cli.CodeFiles;

/// <summary>All codes of a piece of audio.</summary>
/// <param name="Origin">What they mean, or <see langword="null"/> where the file does not state it.</param>
/// <param name="LengthSamples">Samples per channel, or <see langword="null"/>.</param>
/// <param name="Codebooks">Codes per frame K.</param>
/// <param name="HasScale">Whether segments carry scales.</param>
/// <param name="Segments">The segments in order.</param>
internal sealed record CodeArray(CodeOrigin? Origin, long? LengthSamples, int Codebooks, bool HasScale, IReadOnlyList<EncodedSegment> Segments)
{
    /// <summary>Frames of all segments.</summary>
    public long Frames => Segments.Sum(segment => (long)segment.Codes.Length / Codebooks);

    /// <summary>Reads the codes of an <c>.ecdc</c> file.</summary>
    /// <exception cref="BitstreamException">The file is damaged, or was joined or cut.</exception>
    public static CodeArray Read(EcdcFile file, CancellationToken cancellationToken)
    {
        EncodedAudio codes = file.ReadCodes(cancellationToken);
        return new CodeArray(CodeOrigin.Of(file.Info), codes.LengthSamples, codes.Codebooks, file.Info.HasSegmentScale, codes.Segments);
    }
}
