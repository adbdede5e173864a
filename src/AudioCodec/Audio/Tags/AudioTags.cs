using System.Buffers.Binary;

namespace AudioCodec.Audio.Tags;

/// <summary>Tags that other programs put before, behind and between the frames of an audio stream: ID3v2, ID3v1 and APE.</summary>
internal static class AudioTags
{
    /// <summary>Bytes that <see cref="Measure"/> needs for certain.</summary>
    public const int HeaderBytes = 32;

    private const int Id3HeaderBytes = 10;
    private const int Id3V1Bytes = 128;
    private const uint ApeIsHeader = 1u << 29;

    /// <summary>Size of the tag that starts here, 0 where none does.</summary>
    /// <param name="ahead">What follows.</param>
    public static long Measure(ReadOnlySpan<byte> ahead)
    {
        if (ahead.Length >= Id3HeaderBytes && ahead.StartsWith("ID3"u8) && ahead[3] < 0xFF && ahead[4] < 0xFF)
        {
            // The size counts seven bits to the byte.
            long size = ((ahead[6] & 0x7F) << 21) | ((ahead[7] & 0x7F) << 14) | ((ahead[8] & 0x7F) << 7) | (ahead[9] & 0x7F);
            bool footer = (ahead[5] & 0x10) != 0;
            return Id3HeaderBytes + size + (footer ? Id3HeaderBytes : 0);
        }

        if (ahead.StartsWith("TAG"u8))
        {
            return Id3V1Bytes;
        }

        if (ahead.Length >= HeaderBytes && ahead.StartsWith("APETAGEX"u8))
        {
            // The size counts the items and the footer; a footer met first is all that is left of its tag.
            uint flags = BinaryPrimitives.ReadUInt32LittleEndian(ahead[20..]);
            bool isHeader = (flags & ApeIsHeader) != 0;
            return HeaderBytes + (isHeader ? BinaryPrimitives.ReadUInt32LittleEndian(ahead[12..]) : 0L);
        }

        return 0;
    }
}
