using System.Buffers.Binary;
using System.Numerics;

namespace AudioCodec.Audio.Flac;

/// <summary>Bits of a stream, most significant first, with the CRC-16 of what was read since a mark.</summary>
/// <remarks>
/// The window of the stream is followed by eight zero bytes, so that 57 bits can be loaded anywhere. Reading past the end of the
/// stream gives zeros, which <see cref="ThrowIfPastEnd"/> detects.
/// </remarks>
internal sealed class FlacBitReader(Stream stream, string path)
{
    private const int WindowBytes = 1 << 16;
    private const int Slack = 8;

    /// <summary>Below this many bytes ahead, more are fetched.</summary>
    private const int LowWater = 64;

    private readonly byte[] _window = new byte[WindowBytes + Slack];
    private long _bit;
    private long _refillAtBit;
    private int _end;
    private bool _streamEnded;
    private long _windowOffset;
    private int _markedByte;
    private ushort _crc;

    /// <summary>Bytes from the start of the stream to the current one.</summary>
    public long ByteOffset => _windowOffset + (_bit >> 3);

    /// <summary>Whether no byte is left.</summary>
    public bool AtEnd
    {
        get
        {
            Refill();
            return _bit >= (long)_end * 8;
        }
    }

    /// <summary>The next bits, up to 32, without consuming them; zeros behind the end.</summary>
    public uint Peek(int count)
    {
        Refill();
        return (uint)(Ahead() >> (64 - count));
    }

    /// <summary>Reads 1 to 57 bits.</summary>
    public ulong Read(int count)
    {
        if (_bit >= _refillAtBit)
        {
            Refill();
        }

        ulong value = Ahead() >> (64 - count);
        _bit += count;
        return value;
    }

    /// <summary>Reads a two's complement number of 1 to 57 bits.</summary>
    public long ReadSigned(int count)
    {
        if (_bit >= _refillAtBit)
        {
            Refill();
        }

        long value = (long)Ahead() >> (64 - count);
        _bit += count;
        return value;
    }

    /// <summary>Counts zero bits up to the next one bit, which is consumed too.</summary>
    public long ReadUnary()
    {
        long zeros = 0;
        while (true)
        {
            if (_bit >= _refillAtBit)
            {
                Refill();
                ThrowIfPastEnd();
            }

            ulong ahead = Ahead();
            int run = BitOperations.LeadingZeroCount(ahead);
            if (run < 57)
            {
                _bit += run + 1;
                return zeros + run;
            }

            zeros += 57;
            _bit += 57;
        }
    }

    /// <summary>Reads numbers in Rice code: unary high part, <paramref name="parameter"/> low bits, sign folded into the lowest.</summary>
    public void ReadRice(int parameter, Span<long> values)
    {
        byte[] window = _window;
        for (int i = 0; i < values.Length; i++)
        {
            if (_bit >= _refillAtBit)
            {
                Refill();
                ThrowIfPastEnd();
            }

            ulong ahead = Ahead(window, _bit);
            int run = BitOperations.LeadingZeroCount(ahead);
            ulong folded;
            if (run + 1 + parameter <= 57)
            {
                // Two shifts: a shift by 64 (parameter 0) would be a shift by 0.
                ulong low = ((ahead << run << 1) >> 1) >> (63 - parameter);
                folded = ((ulong)run << parameter) | low;
                _bit += run + 1 + parameter;
            }
            else
            {
                ulong high = (ulong)ReadUnary();
                folded = (high << parameter) | (parameter == 0 ? 0 : Read(parameter));
            }

            values[i] = (long)(folded >> 1) ^ -(long)(folded & 1);
        }
    }

    /// <summary>Skips to the next whole byte; the bits left out are zeros.</summary>
    public bool TryAlign()
    {
        int left = (int)(-_bit & 7);
        return left == 0 || Read(left) == 0;
    }

    /// <summary>Skips whole bytes, from a byte boundary.</summary>
    public void SkipBytes(long count)
    {
        while (count > 0)
        {
            int step = (int)Math.Min(count, LowWater / 2);
            Refill();
            _bit += step * 8L;
            ThrowIfPastEnd();
            count -= step;
        }
    }

    /// <summary>Starts the checksum at the current byte.</summary>
    public void Mark()
    {
        _crc = 0;
        _markedByte = (int)(_bit >> 3);
    }

    /// <summary>The checksum of the bytes since the mark.</summary>
    public ushort CrcSinceMark()
    {
        ThrowIfPastEnd();
        UpdateCrc();
        return _crc;
    }

    /// <summary>The last <paramref name="count"/> bytes read, for a header's own checksum.</summary>
    public ReadOnlySpan<byte> Last(int count)
    {
        ThrowIfPastEnd();
        return _window.AsSpan((int)(_bit >> 3) - count, count);
    }

    /// <summary>Whether bits behind the end of the stream were read.</summary>
    public bool IsPastEnd => _bit > (long)_end * 8;

    /// <summary>Fails if bits behind the end of the stream were read.</summary>
    public void ThrowIfPastEnd()
    {
        if (IsPastEnd)
        {
            throw new AudioFormatException(
                $"'{path}' is truncated: the FLAC data end at byte {_windowOffset + _end}, in the middle of a block.", path);
        }
    }

    private ulong Ahead() => Ahead(_window, _bit);

    /// <summary>At least 57 bits from a position on, left-justified; zeros past the end of the window.</summary>
    private static ulong Ahead(byte[] window, long bit)
    {
        int index = (int)Math.Min(bit >> 3, window.Length - Slack);
        return BinaryPrimitives.ReadUInt64BigEndian(window.AsSpan(index)) << (int)(bit & 7);
    }

    private void UpdateCrc()
    {
        int current = (int)Math.Min(_bit >> 3, _end);
        if (current > _markedByte)
        {
            _crc = FlacChecksums.Crc16(_crc, _window.AsSpan(_markedByte, current - _markedByte));
            _markedByte = current;
        }
    }

    /// <summary>Drops the consumed bytes, except for the length of a header, and reads more of the stream.</summary>
    private void Refill()
    {
        if (_streamEnded || _bit < _refillAtBit)
        {
            return;
        }

        UpdateCrc();
        int keptFrom = (int)Math.Max(0, Math.Min(_bit >> 3, _end) - LowWater);
        _window.AsSpan(keptFrom, _end - keptFrom).CopyTo(_window);
        _end -= keptFrom;
        _bit -= keptFrom * 8L;
        _markedByte -= keptFrom;
        _windowOffset += keptFrom;
        int read = stream.ReadAtLeast(_window.AsSpan(_end, WindowBytes - _end), LowWater * 2, throwOnEndOfStream: false);
        _end += read;
        _streamEnded = read < LowWater * 2;
        _window.AsSpan(_end, Slack).Clear();
        _refillAtBit = Math.Max(0, _end - (_streamEnded ? 0 : LowWater)) * 8L;
    }
}
