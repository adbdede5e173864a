namespace AudioCodec.Bitstream;

/// <summary>Reads unsigned values of a fixed number of bits from bytes, least significant bit first.</summary>
internal sealed class BitReader
{
    private readonly Stream _source;
    private readonly byte[] _buffer;
    private int _filled;
    private int _next;
    private ulong _pending;
    private int _pendingBits;

    /// <param name="source">The bytes; read in blocks of up to 8 KiB.</param>
    /// <param name="offset">Offset of the first byte in the file, for messages.</param>
    public BitReader(Stream source, long offset)
    {
        _source = source;
        _buffer = new byte[8192];
        Offset = offset;
    }

    /// <param name="bytes">All the bytes.</param>
    public BitReader(ReadOnlyMemory<byte> bytes)
    {
        _source = Stream.Null;
        _buffer = bytes.ToArray();
        _filled = _buffer.Length;
    }

    /// <summary>Offset in the file of the next byte.</summary>
    public long Offset { get; private set; }

    /// <summary>Reads a value; false where the stream ends before it is complete.</summary>
    public bool TryRead(int bits, out uint value)
    {
        while (_pendingBits < bits)
        {
            int next = NextByte();
            if (next < 0)
            {
                value = 0;
                return false;
            }

            _pending |= (ulong)(uint)next << _pendingBits;
            _pendingBits += 8;
        }

        value = (uint)(_pending & ((1UL << bits) - 1));
        _pending >>= bits;
        _pendingBits -= bits;
        return true;
    }

    /// <summary>Skips the rest of the current byte and returns whether its bits were all zero.</summary>
    public bool AlignToByte()
    {
        bool zero = _pending == 0;
        _pending = 0;
        _pendingBits = 0;
        return zero;
    }

    /// <summary>Fills a span with whole bytes from a byte boundary; false where the stream ends first.</summary>
    public bool TryReadBytes(Span<byte> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            int next = NextByte();
            if (next < 0)
            {
                return false;
            }

            destination[i] = (byte)next;
        }

        return true;
    }

    /// <summary>Reads the stream to its end and counts the bytes that were left.</summary>
    public long CountRest()
    {
        long count = 0;
        while (NextByte() >= 0)
        {
            count += 1 + (_filled - _next);
            Offset += _filled - _next;
            _next = _filled;
        }

        return count;
    }

    private int NextByte()
    {
        if (_next == _filled)
        {
            _filled = _source.Read(_buffer, 0, _buffer.Length);
            _next = 0;
            if (_filled == 0)
            {
                return -1;
            }
        }

        Offset++;
        return _buffer[_next++];
    }
}
