using System.Buffers.Binary;

namespace AudioCodec.Audio.Ogg;

/// <summary>Finds the length of a stream in a seekable file, from page header to page header, without reading what the pages hold.</summary>
internal static class OggLength
{
    private const int HeaderBytes = 27;

    /// <summary>The last position of a logical stream.</summary>
    /// <param name="file">Positioned at the file's first page, and left anywhere.</param>
    /// <param name="serial">Number of the logical stream.</param>
    /// <returns>Null where the file is damaged, is cut off or goes on with another stream.</returns>
    public static long? LastGranule(Stream file, uint serial)
    {
        Span<byte> header = stackalloc byte[HeaderBytes + 255];
        long last = 0;
        uint? sequence = null;
        bool othersBegin = true;
        bool ended = false;
        for (long at = file.Position; at < file.Length; at = file.Position)
        {
            if (file.ReadAtLeast(header[..HeaderBytes], HeaderBytes, throwOnEndOfStream: false) < HeaderBytes || !header.StartsWith("OggS"u8))
            {
                return null;
            }

            Span<byte> segments = header.Slice(HeaderBytes, header[HeaderBytes - 1]);
            file.ReadAtLeast(segments, segments.Length, throwOnEndOfStream: false);
            int bytes = 0;
            foreach (byte segment in segments)
            {
                bytes += segment;
            }

            bool begins = (header[5] & 2) != 0;
            if ((begins && !othersBegin) || file.Seek(bytes, SeekOrigin.Current) > file.Length)
            {
                return null;
            }

            othersBegin &= begins;
            if (BinaryPrimitives.ReadUInt32LittleEndian(header[14..]) != serial)
            {
                continue;
            }

            uint number = BinaryPrimitives.ReadUInt32LittleEndian(header[18..]);
            long granule = BinaryPrimitives.ReadInt64LittleEndian(header[6..]);
            if (ended || (sequence is uint before && number != before + 1) || (granule != -1 && granule < last))
            {
                return null;
            }

            sequence = number;
            last = Math.Max(last, granule);
            ended = (header[5] & 4) != 0;
        }

        return ended ? last : null;
    }
}
