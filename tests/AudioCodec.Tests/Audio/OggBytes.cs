using System.Buffers.Binary;

namespace AudioCodec.Tests.Audio;

/// <summary>Pages of Ogg files taken apart and put together by hand, independent of the reader under test.</summary>
internal static class OggBytes
{
    private const int HeaderBytes = 27;

    public static List<byte[]> Pages(byte[] file)
    {
        var pages = new List<byte[]>();
        for (int at = 0; at < file.Length; at += pages[^1].Length)
        {
            int segments = file[at + HeaderBytes - 1];
            int bytes = HeaderBytes + segments + file.AsSpan(at + HeaderBytes, segments).ToArray().Sum(length => length);
            pages.Add(file[at..(at + bytes)]);
        }

        return pages;
    }

    public static byte[] File(IEnumerable<byte[]> pages) => [.. pages.SelectMany(page => page)];

    /// <summary>A page that holds one whole packet of less than 255 bytes.</summary>
    public static byte[] Page(byte flags, long granule, uint serial, uint sequence, params byte[] packet) => Changed(
        [.. "OggS"u8, 0, flags, .. new byte[20], 1, (byte)packet.Length, .. packet],
        page =>
        {
            BinaryPrimitives.WriteInt64LittleEndian(page.AsSpan(6), granule);
            BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(14), serial);
            BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(18), sequence);
        });

    /// <summary>The page with a change and a checksum that fits.</summary>
    public static byte[] Changed(byte[] page, Action<byte[]> change)
    {
        var changed = (byte[])page.Clone();
        change(changed);
        changed.AsSpan(22, 4).Clear();
        uint crc = 0;
        foreach (byte value in changed)
        {
            crc ^= (uint)value << 24;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc << 1) ^ ((crc & 0x80000000) != 0 ? 0x04C11DB7u : 0);
            }
        }

        BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(22), crc);
        return changed;
    }

    public static long Granule(byte[] page) => BinaryPrimitives.ReadInt64LittleEndian(page.AsSpan(6));

    public static byte[] WithGranule(byte[] page, long granule) => Changed(page, changed => BinaryPrimitives.WriteInt64LittleEndian(changed.AsSpan(6), granule));
}
