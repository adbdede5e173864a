using System.Buffers.Binary;

namespace AudioCodec.Audio;

/// <summary>Header of an AU file (.au, .snd) with uncompressed samples. Source: Sun, Audio File Format, the manual page <c>au(4)</c>.</summary>
internal static class AuHeader
{
    private const int FixedBytes = 24;

    /// <summary>Whether a file starts as AU does.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> signature) => signature.StartsWith(".snd"u8);

    /// <summary>Reads up to the first byte of the samples.</summary>
    /// <exception cref="AudioFormatException">The header is damaged.</exception>
    /// <exception cref="UnsupportedAudioException">The samples are compressed.</exception>
    public static PcmLayout Read(Stream stream, string path)
    {
        var parser = new ContainerParser(stream, path, "AU");
        ReadOnlySpan<byte> header = parser.Take(FixedBytes, "the header");
        uint offset = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        uint size = BinaryPrimitives.ReadUInt32BigEndian(header[8..]);
        uint kind = BinaryPrimitives.ReadUInt32BigEndian(header[12..]);
        uint sampleRateHz = BinaryPrimitives.ReadUInt32BigEndian(header[16..]);
        uint channels = BinaryPrimitives.ReadUInt32BigEndian(header[20..]);
        PcmEncoding encoding = kind switch
        {
            2 => PcmEncoding.S8,
            3 => PcmEncoding.S16,
            4 => PcmEncoding.S24,
            5 => PcmEncoding.S32,
            6 => PcmEncoding.F32,
            7 => PcmEncoding.F64,
            _ => throw new UnsupportedAudioException($"AU samples of kind {kind}"),
        };
        parser.Require(channels, sampleRateHz);
        if (offset < FixedBytes)
        {
            throw parser.Damaged($"its samples start at byte {offset}, within the header of {FixedBytes} bytes");
        }

        parser.Skip(offset - FixedBytes);
        return new PcmLayout(encoding, true, (int)channels, (int)sampleRateHz, size == uint.MaxValue ? null : size);
    }
}
