using System.Numerics;

namespace AudioCodec.Bitstream;

/// <summary>Interval arithmetic of the encoder and the decoder.</summary>
/// <remarks>
/// An interval [low, high] of integers represents all bit strings that are still possible. It is doubled until it holds at least
/// 2^24 values, then narrowed to the part of the symbol, then its settled leading bits are removed.
/// The cut positions are <c>ceil(c * step)</c> and <c>floor((c' - 1) * step)</c> with <c>step = size / 2^24</c> as an IEEE double,
/// rounded once in the quotient (exactly so below 2^53) and once in the product: operations that every machine rounds alike.
/// Source: the reference's <c>quantization/ac.py</c>, whose streams these are, bit for bit.
/// </remarks>
internal struct ArithmeticCode
{
    /// <summary>Bits of the total that cumulative frequencies refer to.</summary>
    public const int RangeBits = 24;

    /// <summary>The total that cumulative frequencies refer to; the last entry of a table is at most this.</summary>
    public const int Range = 1 << RangeBits;

    /// <summary>Smallest frequency of a symbol, with which its part of the interval is never empty.</summary>
    public const int MinFrequency = 2;

    /// <summary>Position of the leading bit beyond which an interval that never settles does not fit into 62 bits.</summary>
    public const int MaxTopBit = 60;

    private const double StepUnit = 1.0 / Range;

    public long Low;
    public long High;

    /// <summary>Position of the leading bit that is not settled, or -1.</summary>
    public int TopBit;

    public static ArithmeticCode Start() => new() { TopBit = -1 };

    /// <summary>How often the interval must be doubled to hold 2^24 values.</summary>
    public readonly int DoublingsNeeded =>
        Math.Max(0, RangeBits - BitOperations.Log2((ulong)(High - Low + 1)));

    /// <summary>Number of leading bits that all values of the interval share.</summary>
    public readonly int SettledBits => Low == High ? TopBit + 1 : TopBit - BitOperations.Log2((ulong)(Low ^ High));

    /// <summary>Doubles the interval <paramref name="times"/> times.</summary>
    public void Double(int times)
    {
        Low <<= times;
        High = (High << times) | ((1L << times) - 1);
        TopBit += times;
    }

    /// <summary>Size of the interval divided by 2^24.</summary>
    public readonly double Step => (double)(High - Low + 1) * StepUnit;

    /// <summary>First value, from <see cref="Low"/>, of what starts at cumulative frequency <paramref name="cumulative"/>.</summary>
    public static long First(int cumulative, double step) => (long)Math.Ceiling(cumulative * step);

    /// <summary>Last value, from <see cref="Low"/>, of what ends before cumulative frequency <paramref name="cumulative"/>.</summary>
    public static long Last(int cumulative, double step) => (long)Math.Floor((cumulative - 1) * step);

    /// <summary>Removes <paramref name="bits"/> settled leading bits and returns them, right-aligned.</summary>
    public long TakeSettled(int bits)
    {
        TopBit -= bits;
        long head = Low >> (TopBit + 1);
        Low -= head << (TopBit + 1);
        High -= head << (TopBit + 1);
        return head;
    }
}
