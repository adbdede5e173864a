using AudioCodec.Bitstream;

namespace AudioCodec;

/// <summary>The header of an <c>.ecdc</c> file, which names the model that it needs.</summary>
/// <param name="FormatVersion">Version of the format: 0 or 1.</param>
/// <param name="Model">Name of the codec that made it.</param>
/// <param name="Codebooks">Codes per frame, K.</param>
/// <param name="IsEntropyCoded">Whether codes are entropy-coded.</param>
/// <param name="LengthSamples">Samples per channel, or <see langword="null"/> where only the index states it (version 1).</param>
public sealed record EcdcHeaderInfo(int FormatVersion, string Model, int Codebooks, bool IsEntropyCoded, long? LengthSamples)
{
    /// <summary>Reads a header; the stream is then positioned behind it.</summary>
    /// <param name="stream">The file from its first byte; need not be seekable.</param>
    /// <exception cref="BitstreamException">Not an <c>.ecdc</c> file, of an unknown version, or with a damaged header.</exception>
    public static EcdcHeaderInfo Read(Stream stream)
    {
        EcdcHeader header = EcdcHeader.Read(stream);
        return new EcdcHeaderInfo(
            header.Version, header.ModelName, header.Codebooks, header.IsEntropyCoded, (header as EcdcV0Header)?.LengthSamples);
    }
}
