namespace AudioCodec.Bitstream;

/// <summary>Arithmetic encoder over integer cumulative frequencies with a total of 2^24.</summary>
/// <remarks>
/// Cost: within log2(f / (f - 1)) bits of the ideal per symbol of frequency f, plus at most about 26 bits at the end.
/// One encoder serves many streams through <see cref="Reset"/>. Exact: the same bytes on every machine.
/// </remarks>
internal sealed class ArithmeticEncoder
{
    private ArithmeticCode _code = ArithmeticCode.Start();
    private byte[] _bytes = new byte[1024];
    private int _count;
    private int _bitCount;

    /// <summary>
    /// Whether the interval failed to settle for 61 bits, which happens about once in 2^37 symbols of random data; the
    /// output is then unusable.
    /// </summary>
    public bool Overflowed { get; private set; }

    /// <summary>Cost of the last symbol in whole bits; fractions carry over, so that sums are right.</summary>
    public int LastCost { get; private set; }

    /// <summary>Starts a new stream.</summary>
    public void Reset()
    {
        _code = ArithmeticCode.Start();
        _bytes.AsSpan(0, Math.Min(_count + 1, _bytes.Length)).Clear();
        _count = 0;
        _bitCount = 0;
        Overflowed = false;
    }

    /// <summary>Encodes a symbol.</summary>
    /// <param name="symbol">0 to N-1.</param>
    /// <param name="cumulative">[N] cumulative frequencies, each entry the sum up to and with that symbol; each frequency at least 2, the last entry at most 2^24.</param>
    public void Encode(int symbol, ReadOnlySpan<int> cumulative) => Encode(symbol == 0 ? 0 : cumulative[symbol - 1], cumulative[symbol]);

    /// <summary>Encodes the symbol between two cumulative frequencies.</summary>
    /// <param name="low">Sum of the frequencies before the symbol.</param>
    /// <param name="high">The same with the symbol; at least 2 more.</param>
    public void Encode(int low, int high)
    {
        if (Overflowed)
        {
            return;
        }

        _code.Double(_code.DoublingsNeeded);
        double step = _code.Step;
        _code.High = _code.Low + ArithmeticCode.Last(high, step);
        _code.Low += ArithmeticCode.First(low, step);
        LastCost = _code.DoublingsNeeded;
        int settled = _code.SettledBits;
        if (settled > 0)
        {
            PutBits(_code.TakeSettled(settled), settled);
        }

        Overflowed = _code.TopBit > ArithmeticCode.MaxTopBit;
    }

    /// <summary>Ends the stream as the reference does: all open bits of the interval's lower end.</summary>
    /// <returns>The stream's bytes, valid until <see cref="Reset"/>.</returns>
    public ReadOnlySpan<byte> Finish()
    {
        int open = _code.TopBit + 1;
        PutBits(_code.Low, open);
        return _bytes.AsSpan(0, _count + (_bitCount > 0 ? 1 : 0));
    }

    /// <summary>Ends the stream with as few bytes as possible, for a decoder that reads zero bits beyond its end.</summary>
    /// <returns>The stream's bytes, valid until <see cref="Reset"/>; the last one is not zero.</returns>
    public ReadOnlySpan<byte> FinishShortest()
    {
        // The value of the interval with the most trailing zero bits, which are not written.
        int zeros = _code.TopBit + 1;
        long value;
        while ((value = ((_code.Low + (1L << zeros) - 1) >> zeros) << zeros) > _code.High)
        {
            zeros--;
        }

        PutBits(value >> zeros, _code.TopBit + 1 - zeros);
        int count = _count + (_bitCount > 0 ? 1 : 0);
        while (count > 0 && _bytes[count - 1] == 0)
        {
            count--;
        }

        return _bytes.AsSpan(0, count);
    }

    /// <summary>Appends bits, most significant first, into bytes that fill from their least significant bit.</summary>
    private void PutBits(long bits, int count)
    {
        for (int i = count - 1; i >= 0; i--)
        {
            if (_count == _bytes.Length)
            {
                Array.Resize(ref _bytes, _bytes.Length * 2);
            }

            _bytes[_count] |= (byte)(((bits >> i) & 1) << _bitCount);
            if (++_bitCount == 8)
            {
                _bitCount = 0;
                _count++;
            }
        }
    }
}
