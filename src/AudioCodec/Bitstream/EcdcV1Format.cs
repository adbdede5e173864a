using System.Buffers.Binary;

namespace AudioCodec.Bitstream;

/// <summary>Constants of version 1; <c>ECDC-v1.md</c> describes every byte.</summary>
internal static class EcdcV1Format
{
    public const byte ChunkRecord = 0xC0;
    public const byte IndexRecord = (byte)'I';

    public const int ChecksumBytes = 4;
    public const int MaxChunkFrames = 65535;
    public const int MaxHeaderBytes = 4096;

    /// <summary>Most codes of a chunk, which bounds the memory of a reader.</summary>
    public const int MaxChunkCodes = 1 << 22;

    /// <summary>Kind and flags, frames, payload bytes, samples to drop.</summary>
    public const int MaxChunkHeaderBytes = 1 + 3 + 5 + 5;

    /// <summary>A byte of kind and flags, one of payload bytes, checksum.</summary>
    public const int MinChunkBytes = 2 + ChecksumBytes;

    public const int FlagCoded = 1;
    public const int FlagStartsStretch = 2;
    public const int FlagFull = 4;
    public const int KnownChunkFlags = FlagCoded | FlagStartsStretch | FlagFull;

    /// <summary>Reads a number of bytes; throws where the file ends before.</summary>
    public static byte[] ReadExactly(Stream stream, int count, long offset, string record)
    {
        var bytes = new byte[count];
        int got = stream.ReadAtLeast(bytes, count, throwOnEndOfStream: false);
        return got == count
            ? bytes
            : throw new BitstreamException(
                $"The file ends at byte {offset + got}, inside the {record}; it is truncated.", offset + got, record);
    }

    /// <summary>Checks the CRC-32C in the last four bytes of a record.</summary>
    public static bool ChecksumHolds(ReadOnlySpan<byte> record) =>
        record.Length >= ChecksumBytes
        && BinaryPrimitives.ReadUInt32LittleEndian(record[^ChecksumBytes..]) == Crc32C.Compute(record[..^ChecksumBytes]);

    /// <summary>Bytes of the packed codes of a chunk.</summary>
    public static long PackedBytes(EcdcV1Header header, int frames) => (((long)frames * header.Codebooks * header.Geometry.BitsPerCode) + 7) / 8;

    /// <summary>Most bytes of the payload of a chunk: its packed size and its segment table.</summary>
    public static long MaxPayloadBytes(EcdcV1Header header, int frames)
    {
        long packed = PackedBytes(header, frames);
        return header.Geometry.SegmentSamples is null && !header.Geometry.HasScale ? packed : packed + 5 + (15L * frames);
    }
}
