namespace AudioCodec.Bitstream;

/// <summary>Decodes the streams of <see cref="ArithmeticEncoder"/>.</summary>
/// <remarks>Reads as many bits as the encoder wrote for the same symbols, so streams can follow each other at byte boundaries.</remarks>
internal sealed class ArithmeticDecoder
{
    private readonly BitReader _bits;
    private readonly bool _zerosFollow;
    private ArithmeticCode _code = ArithmeticCode.Start();
    private long _current;

    /// <param name="bits">The stream, at a byte boundary.</param>
    /// <param name="zerosFollow">Whether bits beyond the end are zero (<see cref="ArithmeticEncoder.FinishShortest"/>) rather than an error.</param>
    public ArithmeticDecoder(BitReader bits, bool zerosFollow)
    {
        _bits = bits;
        _zerosFollow = zerosFollow;
    }

    /// <summary>
    /// Whether the value read is the one with which <see cref="ArithmeticEncoder.Finish"/> ends a stream: true by chance about
    /// once in a million streams that went wrong.
    /// </summary>
    public bool EndsLikeEncoder => _current == _code.Low;

    /// <summary>Decodes a symbol with the table that it was encoded with.</summary>
    /// <exception cref="BitstreamException">The stream ends too soon, or holds a value of no symbol.</exception>
    public int Decode(ReadOnlySpan<int> cumulative)
    {
        int doublings = _code.DoublingsNeeded;
        _code.Double(doublings);
        for (int i = 0; i < doublings; i++)
        {
            if (!_bits.TryRead(1, out uint bit) && !_zerosFollow)
            {
                throw new BitstreamException(
                    "The file ends inside entropy-coded codes. It is truncated, damaged, or was coded with another language model.",
                    _bits.Offset,
                    "codes");
            }

            _current = (_current << 1) | bit;
        }

        int symbol = Find(cumulative);
        int settled = _code.SettledBits;
        if (settled > 0)
        {
            long head = _code.TakeSettled(settled);
            _current -= head << (_code.TopBit + 1);
        }

        if (_code.TopBit > ArithmeticCode.MaxTopBit)
        {
            throw NoSymbol();
        }

        return symbol;
    }

    /// <summary>Finds the symbol whose part of the interval holds the current value, and narrows the interval to it.</summary>
    private int Find(ReadOnlySpan<int> cumulative)
    {
        double step = _code.Step;
        long value = _current - _code.Low;
        int from = 0;
        int to = cumulative.Length - 1;
        while (from <= to)
        {
            int middle = (from + to) >> 1;
            long first = middle == 0 ? 0 : ArithmeticCode.First(cumulative[middle - 1], step);
            long last = ArithmeticCode.Last(cumulative[middle], step);
            if (value < first)
            {
                to = middle - 1;
            }
            else if (value > last)
            {
                from = middle + 1;
            }
            else
            {
                _code.High = _code.Low + last;
                _code.Low += first;
                return middle;
            }
        }

        throw NoSymbol();
    }

    private BitstreamException NoSymbol() => new(
        "The entropy-coded codes hold a value that belongs to no code. The file is damaged or was coded with another language model.",
        _bits.Offset,
        "codes");
}
