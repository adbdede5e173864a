using System.Buffers.Binary;
using System.Text;

namespace AudioCodec.Bitstream;

/// <summary>Reads the fields that <see cref="ByteFields"/> writes, from bytes already in memory.</summary>
/// <param name="bytes">The record's body.</param>
/// <param name="offset">Its offset in the file, for messages.</param>
/// <param name="record">Name of the record, for messages.</param>
internal ref struct FieldReader(ReadOnlySpan<byte> bytes, long offset, string record)
{
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    public readonly int Left => _bytes.Length - _at;

    public int U8() => Take(1)[0];

    public int U16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    /// <summary>A variable-length integer below 2^63.</summary>
    public long Variable()
    {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7)
        {
            int next = U8();
            value |= (long)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Bad("holds a number of more than 63 bits");
    }

    public ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > Left)
        {
            throw Bad($"ends where {count} more bytes are expected");
        }

        _at += (int)count;
        return _bytes.Slice(_at - (int)count, (int)count);
    }

    public string Text()
    {
        try
        {
            return s_strict.GetString(Take(Variable()));
        }
        catch (DecoderFallbackException)
        {
            throw Bad("holds text that is not UTF-8");
        }
    }

    public readonly BitstreamException Bad(string fault) =>
        new($"The {record} {fault} (byte {offset + _at}). The file is damaged.", offset + _at, record);
}
