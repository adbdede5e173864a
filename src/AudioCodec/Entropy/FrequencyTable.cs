using System.Numerics;
using AudioCodec.Bitstream;

namespace AudioCodec.Entropy;

/// <summary>Integer cumulative frequencies from logits, for version 1.</summary>
/// <remarks>
/// 1. q_i = floor(2^24 e^(x_i - max x)), an integer of at most 2^24 from exact arithmetic. 2. S = sum of q_i, in integers, so that the order
/// does not matter. 3. m = floor((2^24 - 2N) 2^31 / S). 4. f_i = 2 + floor(q_i m / 2^31). The sum of f_i is at most 2^24 and no f_i is
/// below 2, whatever the logits. Against the ideal distribution this costs 2N / 2^24 of the range, 0.0002 bits per code at N = 1024.
/// </remarks>
internal sealed class FrequencyTable
{
    private readonly ExactKernels _kernels;
    private readonly int _size;

    // [N] integers, replaced in place by their cumulative sums.
    private readonly int[] _values;

    public FrequencyTable(int size, ExactKernels? kernels = null)
    {
        _kernels = kernels ?? ExactKernels.Best;
        _size = size;
        _values = new int[(size + 15) / 16 * 16];
    }

    /// <summary>Builds the table from one row of logits, with room for a multiple of 16.</summary>
    /// <returns>[N] cumulative frequencies, valid until the next call.</returns>
    public ReadOnlySpan<int> Build(ReadOnlySpan<float> logits)
    {
        ulong scale = Quantize(logits);
        Span<int> values = _values.AsSpan(0, _size);
        int total = 0;
        foreach (ref int value in values)
        {
            total += Frequency(value, scale);
            value = total;
        }

        return values;
    }

    /// <summary>The interval of a code: the cumulative frequencies before and with it.</summary>
    public (int Low, int High) Interval(ReadOnlySpan<float> logits, int code)
    {
        ulong scale = Quantize(logits);
        ReadOnlySpan<int> values = _values.AsSpan(0, code);
        var factor = new Vector<ulong>(scale);
        Vector<ulong> lanes = Vector<ulong>.Zero;
        int i = 0;
        for (; i <= code - Vector<int>.Count; i += Vector<int>.Count)
        {
            Vector.Widen(Vector.AsVectorUInt32(new Vector<int>(values[i..])), out Vector<ulong> first, out Vector<ulong> second);
            lanes += ((first * factor) >>> 31) + ((second * factor) >>> 31);
        }

        int low = (int)Vector.Sum(lanes) + (i * ArithmeticCode.MinFrequency);
        foreach (int quantized in values[i..])
        {
            low += Frequency(quantized, scale);
        }

        return (low, low + Frequency(_values[code], scale));
    }

    private static int Frequency(int quantized, ulong scale) =>
        ArithmeticCode.MinFrequency + (int)(((ulong)(uint)quantized * scale) >> 31);

    private ulong Quantize(ReadOnlySpan<float> logits)
    {
        _kernels.QuantizedExponentials(logits, _size, _values);
        return (ulong)((((long)ArithmeticCode.Range - (ArithmeticCode.MinFrequency * _size)) << 31) / Sum(_values.AsSpan(0, _size)));
    }

    /// <summary>Values of at most 2^24 are added as 32-bit integers, 64 to a lane, before they are widened.</summary>
    private static long Sum(ReadOnlySpan<int> values)
    {
        Vector<long> lanes = Vector<long>.Zero;
        while (values.Length >= Vector<int>.Count)
        {
            Vector<int> part = Vector<int>.Zero;
            int end = Math.Min(values.Length / Vector<int>.Count, 64) * Vector<int>.Count;
            for (int i = 0; i < end; i += Vector<int>.Count)
            {
                part += new Vector<int>(values[i..]);
            }

            Vector.Widen(part, out Vector<long> low, out Vector<long> high);
            lanes += low + high;
            values = values[end..];
        }

        long sum = Vector.Sum(lanes);
        foreach (int value in values)
        {
            sum += value;
        }

        return sum;
    }
}
