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
        int low = 0;
        foreach (int quantized in _values.AsSpan(0, code))
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

    private static long Sum(ReadOnlySpan<int> values)
    {
        Vector<long> lanes = Vector<long>.Zero;
        while (values.Length >= Vector<int>.Count)
        {
            Vector.Widen(new Vector<int>(values), out Vector<long> low, out Vector<long> high);
            lanes += low + high;
            values = values[Vector<int>.Count..];
        }

        long sum = Vector.Sum(lanes);
        foreach (int value in values)
        {
            sum += value;
        }

        return sum;
    }
}
