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
    private readonly int[] _quantized;
    private readonly int[] _cumulative;

    public FrequencyTable(int size, ExactKernels? kernels = null)
    {
        _kernels = kernels ?? ExactKernels.Best;
        _quantized = new int[(size + 15) / 16 * 16];
        _cumulative = new int[size];
    }

    /// <summary>[N] cumulative frequencies of the last <see cref="Build"/>.</summary>
    public ReadOnlySpan<int> Cumulative => _cumulative;

    /// <summary>Builds the table from one row of logits, with room for a multiple of 16.</summary>
    public ReadOnlySpan<int> Build(ReadOnlySpan<float> logits)
    {
        ulong scale = Quantize(logits);
        int total = 0;
        for (int i = 0; i < _cumulative.Length; i++)
        {
            total += Frequency(_quantized[i], scale);
            _cumulative[i] = total;
        }

        return _cumulative;
    }

    /// <summary>The part of the table that belongs to one code: the cumulative frequencies before and with it.</summary>
    public (int Low, int High) Interval(ReadOnlySpan<float> logits, int code)
    {
        ulong scale = Quantize(logits);
        int low = 0;
        foreach (int quantized in _quantized.AsSpan(0, code))
        {
            low += Frequency(quantized, scale);
        }

        return (low, low + Frequency(_quantized[code], scale));
    }

    private static int Frequency(int quantized, ulong scale) =>
        ArithmeticCode.MinFrequency + (int)(((ulong)(uint)quantized * scale) >> 31);

    private ulong Quantize(ReadOnlySpan<float> logits)
    {
        int size = _cumulative.Length;
        _kernels.QuantizedExponentials(logits, size, _quantized);
        long sum = 0;
        foreach (int quantized in _quantized.AsSpan(0, size))
        {
            sum += quantized;
        }

        return (ulong)((((long)ArithmeticCode.Range - (ArithmeticCode.MinFrequency * size)) << 31) / sum);
    }
}
