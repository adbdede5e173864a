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
        int size = _cumulative.Length;
        _kernels.QuantizedExponentials(logits, size, _quantized);
        ReadOnlySpan<int> quantized = _quantized.AsSpan(0, size);
        long sum = 0;
        foreach (int q in quantized)
        {
            sum += q;
        }

        ulong scale = (ulong)((((long)ArithmeticCode.Range - (ArithmeticCode.MinFrequency * size)) << 31) / sum);
        int total = 0;
        for (int i = 0; i < quantized.Length; i++)
        {
            total += ArithmeticCode.MinFrequency + (int)(((ulong)quantized[i] * scale) >> 31);
            _cumulative[i] = total;
        }

        return _cumulative;
    }
}
