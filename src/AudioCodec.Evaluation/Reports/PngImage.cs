using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace AudioCodec.Evaluation.Reports;

/// <summary>Writes pictures as PNG files, 8 bits per pixel with a palette.</summary>
/// <remarks>Source: W3C Portable Network Graphics, third edition: signature, IHDR, PLTE, one IDAT, IEND.</remarks>
public static class PngImage
{
    /// <summary>The bytes of a PNG file.</summary>
    /// <param name="pixels">[height, width] palette indices, top row first.</param>
    /// <param name="width">Pixels per row, at least 1.</param>
    /// <param name="palette">[colours, 3] red, green, blue; 1 to 256 colours, more than any index in <paramref name="pixels"/>.</param>
    /// <exception cref="ArgumentException">Sizes disagree or a pixel has no colour.</exception>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, int width, ReadOnlySpan<byte> palette)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        int height = pixels.Length / width;
        if (height == 0 || height * width != pixels.Length)
        {
            throw new ArgumentException($"{pixels.Length} pixels are not rows of {width}.", nameof(pixels));
        }

        if (palette.Length is < 3 or > 768 || palette.Length % 3 != 0 || pixels.IndexOfAnyExceptInRange((byte)0, (byte)((palette.Length / 3) - 1)) >= 0)
        {
            throw new ArgumentException($"{palette.Length} palette bytes do not give every pixel a colour.", nameof(palette));
        }

        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8;
        header[9] = 3;
        header[10..].Clear();
        WriteChunk(file, "IHDR"u8, header);
        WriteChunk(file, "PLTE"u8, palette);
        WriteChunk(file, "IDAT"u8, Compress(pixels, width));
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    /// <summary>Rows behind a filter byte each, in a zlib stream.</summary>
    private static byte[] Compress(ReadOnlySpan<byte> pixels, int width)
    {
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (int row = 0; row < pixels.Length; row += width)
            {
                zlib.WriteByte(0);
                zlib.Write(pixels.Slice(row, width));
            }
        }

        return data.ToArray();
    }

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        file.Write(type);
        file.Write(content);
        var crc = new Crc32();
        crc.Append(type);
        crc.Append(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, crc.GetCurrentHashAsUInt32());
        file.Write(number);
    }
}
