using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace AudioCodec.Bitstream;

/// <summary>Appends the fields of version-1 records: little-endian integers, variable-length integers, counted text.</summary>
internal sealed class ByteFields
{
    /// <summary>Refuses half a surrogate pair, which would come back as another character.</summary>
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public long Length => _bytes.WrittenCount;

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public void Clear() => _bytes.ResetWrittenCount();

    public void U8(int value) => _bytes.Write([(byte)value]);

    public void U16(int value)
    {
        Span<byte> field = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(field, (ushort)value);
        _bytes.Write(field);
    }

    public void U32(uint value)
    {
        Span<byte> field = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(field, value);
        _bytes.Write(field);
    }

    /// <summary>Seven bits per byte, least significant first, the top bit set on all bytes but the last.</summary>
    public void Variable(long value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            U8((int)(value & 0x7F) | 0x80);
        }

        U8((int)value);
    }

    /// <summary>A signed number as twice its magnitude, minus one if it is negative.</summary>
    public void Signed(long value) => Variable((value << 1) ^ (value >> 63));

    public void Bytes(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

    /// <summary>Variable-length byte count, then UTF-8.</summary>
    public void Text(string text)
    {
        byte[] bytes = s_utf8.GetBytes(text);
        Variable(bytes.Length);
        Bytes(bytes);
    }

    /// <summary>Appends the CRC-32C of the bytes so far.</summary>
    public void Checksum() => U32(Crc32C.Compute(Written));
}
