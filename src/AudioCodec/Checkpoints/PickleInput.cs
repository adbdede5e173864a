using System.Buffers.Binary;
using System.Text;

namespace AudioCodec.Checkpoints;

/// <summary>Buffered sequential reader of pickle operands, little-endian; every length is checked against the bytes left.</summary>
internal sealed class PickleInput(ByteSource bytes, long position = 0)
{
    /// <summary>Longest text or byte string accepted; state dicts hold names, and packages a configuration of some ten kilobytes.</summary>
    private const int MaxOperandBytes = 16 << 20;

    private static readonly UTF8Encoding s_strictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly byte[] _buffer = new byte[1 << 14];
    private long _bufferStart;
    private int _bufferLength;

    /// <summary>Name of the file, for messages.</summary>
    public string Name => bytes.Name;

    /// <summary>Offset of the next byte.</summary>
    public long Position { get; private set; } = position;

    public byte ReadByte()
    {
        long index = Position - _bufferStart;
        if (index < 0 || index >= _bufferLength)
        {
            _bufferLength = (int)Math.Min(_buffer.Length, bytes.Length - Position);
            if (_bufferLength <= 0)
            {
                _bufferLength = 0;
                throw new CheckpointException($"{Name}: the pickle ends at byte {Position} in the middle of its instructions. The file is truncated.", Name);
            }

            bytes.Read(Position, _buffer.AsSpan(0, _bufferLength));
            _bufferStart = Position;
            index = 0;
        }

        Position++;
        return _buffer[index];
    }

    public ushort ReadUInt16() => (ushort)(ReadByte() | (ReadByte() << 8));

    public int ReadInt32() => ReadUInt16() | (ReadUInt16() << 16);

    public double ReadDoubleBigEndian() => BinaryPrimitives.ReadDoubleBigEndian(ReadBytes(8));

    /// <summary>Reads bytes; the length is checked before anything is allocated.</summary>
    public byte[] ReadBytes(long length)
    {
        if (length < 0 || length > MaxOperandBytes || length > bytes.Length - Position)
        {
            throw new CheckpointException(
                $"{Name}: the pickle holds a string of {length} bytes at byte {Position}; at most {MaxOperandBytes} and "
                + $"no more than the {bytes.Length - Position} left are possible.",
                Name);
        }

        var data = new byte[length];
        bytes.Read(Position, data);
        Position += length;
        return data;
    }

    /// <summary>Reads UTF-8 text of a given length in bytes.</summary>
    public string ReadText(long length)
    {
        long start = Position;
        try
        {
            return s_strictUtf8.GetString(ReadBytes(length));
        }
        catch (DecoderFallbackException e)
        {
            throw new CheckpointException($"{Name}: the pickle holds text at byte {start} that is not UTF-8.", Name, null, e);
        }
    }

    /// <summary>Reads text up to a line feed, as the names of globals are stored.</summary>
    public string ReadLine()
    {
        const int MaxLineChars = 256;
        var text = new StringBuilder();
        for (byte b = ReadByte(); b != (byte)'\n'; b = ReadByte())
        {
            if (b is < 0x20 or >= 0x7F || text.Length == MaxLineChars)
            {
                throw new CheckpointException($"{Name}: the pickle holds an invalid name before byte {Position}.", Name);
            }

            text.Append((char)b);
        }

        return text.ToString();
    }
}
