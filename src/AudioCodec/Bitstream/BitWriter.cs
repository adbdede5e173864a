namespace AudioCodec.Bitstream;

/// <summary>Packs unsigned values of a fixed number of bits into bytes, least significant bit first.</summary>
/// <remarks>Holds 8 KiB whatever the amount written. Source: the packing of the reference's <c>.ecdc</c> files.</remarks>
internal sealed class BitWriter(Stream destination)
{
    private readonly byte[] _buffer = new byte[8192];
    private int _filled;
    private ulong _pending;
    private int _pendingBits;

    /// <summary>Bytes completed so far, including those not yet handed to the stream.</summary>
    public long BytesWritten { get; private set; }

    /// <summary>Appends the low <paramref name="bits"/> bits of <paramref name="value"/>; at most 32, the rest of the value being zero.</summary>
    public void Write(uint value, int bits)
    {
        _pending |= (ulong)value << _pendingBits;
        _pendingBits += bits;
        while (_pendingBits >= 8)
        {
            PutByte((byte)_pending);
            _pending >>= 8;
            _pendingBits -= 8;
        }
    }

    /// <summary>Fills the current byte with zero bits.</summary>
    public void AlignToByte()
    {
        if (_pendingBits > 0)
        {
            PutByte((byte)_pending);
            _pending = 0;
            _pendingBits = 0;
        }
    }

    /// <summary>Appends whole bytes; the writer must stand on a byte boundary.</summary>
    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        if (_pendingBits != 0)
        {
            throw new InvalidOperationException("Whole bytes can only follow a byte boundary.");
        }

        foreach (byte b in bytes)
        {
            PutByte(b);
        }
    }

    /// <summary>Writes the complete bytes to the stream.</summary>
    public void Flush()
    {
        destination.Write(_buffer, 0, _filled);
        _filled = 0;
    }

    private void PutByte(byte value)
    {
        if (_filled == _buffer.Length)
        {
            Flush();
        }

        _buffer[_filled++] = value;
        BytesWritten++;
    }
}
