using System.Buffers.Binary;

namespace AudioCodec.Audio;

/// <summary>Header of a Sony Wave64 file: WAV whose chunks have names of 16 bytes and sizes of 64 bits. Source: Sony, Wave64 File Format.</summary>
internal static class W64Header
{
    private const int HeadBytes = 24;

    /// <summary>All names of chunks but the first one's end so.</summary>
    private static ReadOnlySpan<byte> NameEnd => [0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1, 0x00, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A];

    private static ReadOnlySpan<byte> Signature => [0x72, 0x69, 0x66, 0x66, 0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0x00, 0x00];

    /// <summary>Whether a file starts as Wave64 does.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> signature) => signature.StartsWith(Signature);

    /// <summary>Reads up to the first byte of the samples.</summary>
    /// <exception cref="AudioFormatException">The header is damaged.</exception>
    public static WavHeader Read(Stream stream, string path)
    {
        var parser = new ContainerParser(stream, path, "Wave64");
        parser.Take(HeadBytes + 16, "the header");
        WavHeader? format = null;
        for (int chunk = 0; chunk < ContainerParser.MaxChunks; chunk++)
        {
            ReadOnlySpan<byte> head = parser.Take(HeadBytes, format is null ? "the 'fmt ' chunk" : "the 'data' chunk");
            long size = BinaryPrimitives.ReadInt64LittleEndian(head[16..]) - HeadBytes;
            bool named = head[4..16].SequenceEqual(NameEnd);
            if (named && head.StartsWith("data"u8))
            {
                // What is written to a pipe has a placeholder of zeros or ones for its size.
                WavHeader header = format ?? throw parser.Damaged("the samples come before the 'fmt ' chunk");
                long padding = header.Encoding is null ? 0 : size % header.BlockBytes; // Some writers count it.
                return header with { DataBytes = size is <= 0 or > long.MaxValue - (2 * HeadBytes) ? null : size - padding };
            }

            if (named && head.StartsWith("fmt "u8))
            {
                format = WavHeader.ReadFormat(parser, size);
                parser.Skip(Padded(size) - size);
            }
            else
            {
                parser.Skip(Padded(size));
            }
        }

        throw parser.Damaged($"no 'data' chunk within its first {parser.Position} bytes");
    }

    /// <summary>Chunks start at multiples of eight.</summary>
    private static long Padded(long size) => size > ContainerParser.MaxLeadingBytes ? size : (size + 7) & ~7;
}
