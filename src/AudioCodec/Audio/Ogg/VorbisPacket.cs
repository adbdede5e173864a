using System.Buffers.Binary;
using NVorbis.Contracts;

namespace AudioCodec.Audio.Ogg;

/// <summary>A packet of Vorbis, read bit by bit, lowest bit first; behind its end there are zeros.</summary>
internal sealed class VorbisPacket : IPacket
{
    private byte[] _bytes = new byte[1024];
    private int _length;
    private int _position;

    /// <inheritdoc/>
    public bool IsResync => false;

    /// <inheritdoc/>
    public bool IsShort => _position > _length * 8;

    /// <inheritdoc/>
    /// <remarks>Positions are kept by <see cref="OggStream"/>.</remarks>
    public long? GranulePosition => null;

    /// <inheritdoc/>
    public bool IsEndOfStream => false;

    /// <inheritdoc/>
    public int BitsRead => _position;

    /// <inheritdoc/>
    public int BitsRemaining => (_length * 8) - _position;

    /// <inheritdoc/>
    public int ContainerOverheadBits => 0;

    /// <summary>Takes over the bytes of a packet, which is read from its start.</summary>
    public void Set(ReadOnlySpan<byte> packet)
    {
        // Eight bytes more, so that the last ones are read as the others are.
        if (_bytes.Length < packet.Length + 8)
        {
            _bytes = new byte[2 * (packet.Length + 8)];
        }

        packet.CopyTo(_bytes);
        _bytes.AsSpan(packet.Length, 8).Clear();
        _length = packet.Length;
        _position = 0;
    }

    /// <inheritdoc/>
    public ulong TryPeekBits(int count, out int bitsRead)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, 56u);
        bitsRead = Math.Clamp(BitsRemaining, 0, count);
        return bitsRead == 0 ? 0 : (BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(_position >> 3)) >> (_position & 7)) & ((1UL << count) - 1);
    }

    /// <inheritdoc/>
    public void SkipBits(int count) => _position = (int)Math.Min((long)_position + count, (_length * 8) + 1);

    /// <inheritdoc/>
    public ulong ReadBits(int count)
    {
        ulong bits = TryPeekBits(count, out _);
        SkipBits(count);
        return bits;
    }

    /// <summary>Reads a number of a header.</summary>
    /// <param name="count">Bits, 1 to 31.</param>
    /// <exception cref="EndOfStreamException">The packet ends before.</exception>
    public int Number(int count) => count <= BitsRemaining ? (int)ReadBits(count) : throw new EndOfStreamException();

    /// <summary>Reads a bit of a header.</summary>
    /// <exception cref="EndOfStreamException">The packet ends before.</exception>
    public bool Flag() => Number(1) == 1;

    /// <inheritdoc/>
    public void Done()
    {
    }

    /// <inheritdoc/>
    public void Reset() => _position = 0;
}
