using System.Buffers.Binary;
using System.Text;

namespace AudioCodec.Audio;

/// <summary>Header of a CAF file with uncompressed samples. Source: Apple, Core Audio Format Specification 1.0.</summary>
internal static class CafHeader
{
    private const int FormatBytes = 32;
    private const uint IsFloat = 1;
    private const uint IsLittleEndian = 2;

    /// <summary>Whether a file starts as CAF does.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> signature) => signature.StartsWith("caff"u8);

    /// <summary>Reads up to the first byte of the samples.</summary>
    /// <exception cref="AudioFormatException">The header is damaged.</exception>
    /// <exception cref="UnsupportedAudioException">The samples are compressed.</exception>
    public static PcmLayout Read(Stream stream, string path)
    {
        var parser = new ContainerParser(stream, path, "CAF");
        parser.Take(8, "the header");
        PcmLayout? format = null;
        for (int chunk = 0; chunk < ContainerParser.MaxChunks; chunk++)
        {
            ReadOnlySpan<byte> head = parser.Take(12, format is null ? "the 'desc' chunk" : "the 'data' chunk");
            long size = BinaryPrimitives.ReadInt64BigEndian(head[4..]);
            if (head.StartsWith("desc"u8))
            {
                format = ReadFormat(parser, size);
            }
            else if (head.StartsWith("data"u8))
            {
                PcmLayout layout = format ?? throw parser.Damaged("the samples come before the 'desc' chunk");
                parser.Take(4, "the 'data' chunk"); // How often the samples were edited.
                return size is >= 4 or -1
                    ? layout with { DataBytes = size == -1 ? null : size - 4 }
                    : throw parser.Damaged($"its 'data' chunk has {size} bytes, at least 4 are needed");
            }
            else
            {
                parser.Skip(size);
            }
        }

        throw parser.Damaged($"no 'data' chunk within its first {parser.Position} bytes");
    }

    private static PcmLayout ReadFormat(ContainerParser parser, long size)
    {
        if (size < FormatBytes)
        {
            throw parser.Damaged($"its 'desc' chunk has {size} bytes, {FormatBytes} are needed");
        }

        ReadOnlySpan<byte> body = parser.Take(FormatBytes, "the 'desc' chunk");
        double sampleRateHz = BinaryPrimitives.ReadDoubleBigEndian(body);
        string kind = Encoding.Latin1.GetString(body[8..12]);
        uint flags = BinaryPrimitives.ReadUInt32BigEndian(body[12..]);
        long blockBytes = BinaryPrimitives.ReadUInt32BigEndian(body[16..]);
        uint samplesPerBlock = BinaryPrimitives.ReadUInt32BigEndian(body[20..]);
        uint channels = BinaryPrimitives.ReadUInt32BigEndian(body[24..]);
        uint bits = BinaryPrimitives.ReadUInt32BigEndian(body[28..]);
        parser.Skip(size - FormatBytes);
        if (kind != "lpcm")
        {
            throw new UnsupportedAudioException($"CAF samples of kind '{Messages.Plain(kind)}'");
        }

        parser.Require(channels, sampleRateHz);
        PcmEncoding? encoding = ((flags & IsFloat) != 0, bits) switch
        {
            (false, 8) => PcmEncoding.S8,
            (false, 16) => PcmEncoding.S16,
            (false, 24) => PcmEncoding.S24,
            (false, 32) => PcmEncoding.S32,
            (true, 32) => PcmEncoding.F32,
            (true, 64) => PcmEncoding.F64,
            _ => null,
        };
        return encoding is PcmEncoding known && samplesPerBlock == 1 && 8 * blockBytes == channels * (long)bits
            ? new PcmLayout(known, (flags & IsLittleEndian) == 0, (int)channels, (int)Math.Round(sampleRateHz), null)
            : throw new UnsupportedAudioException($"CAF samples of {bits} bits in blocks of {blockBytes} bytes");
    }
}
