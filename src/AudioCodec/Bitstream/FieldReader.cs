using System.Buffers.Binary;
using System.Text;

namespace AudioCodec.Bitstream;

/// <summary>Reads the fields that <see cref="ByteFields"/> writes.</summary>
/// <param name="bytes">The record's body.</param>
/// <param name="offset">Its offset in the file, for messages.</param>
/// <param name="record">Name of the record, for messages.</param>
internal ref struct FieldReader(ReadOnlySpan<byte> bytes, long offset, string record)
{
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    public readonly int Remaining => _bytes.Length - _at;

    public int U8() => Take(1)[0];

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    /// <summary>A variable-length integer below 2^63.</summary>
    public long Variable() =>
        TryVariable(out long value) ? value : throw Fault("ends inside a number, or holds one of more than 63 bits");

    /// <summary>A variable-length integer below 2^63; false where there is none.</summary>
    public bool TryVariable(out long value)
    {
        value = 0;
        for (int shift = 0; shift < 63 && Remaining > 0; shift += 7)
        {
            int next = _bytes[_at++];
            value |= (long)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A variable-length integer with its sign in the lowest bit.</summary>
    public long Signed()
    {
        long value = Variable();
        return (value >> 1) ^ -(value & 1);
    }

    public ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > Remaining)
        {
            throw Fault($"ends where {count} more bytes are expected");
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
            throw Fault("holds text that is not UTF-8");
        }
    }

    public readonly BitstreamException Fault(string fault) =>
        new($"The {record} {fault} (byte {offset + _at}). The file is damaged.", offset + _at, record);
}
