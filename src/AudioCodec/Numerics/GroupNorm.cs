using System.Numerics.Tensors;

namespace AudioCodec.Numerics;

/// <summary>Normalization over channels and time, one group.</summary>
internal static unsafe class GroupNorm
{
    private const double Epsilon = 1e-5;

    /// <summary>Brings [T, C] rows to mean 0 and variance 1 over all elements, then applies gain and offset per channel.</summary>
    /// <param name="rows">[T, C], in place.</param>
    /// <param name="count">T.</param>
    /// <param name="channels">C.</param>
    /// <param name="gain">[C].</param>
    /// <param name="offset">[C].</param>
    /// <remarks>Sums in double precision over runs of at most 4096 single-precision ones. Allocates 0 B.</remarks>
    public static void Apply(float* rows, int count, int channels, ReadOnlySpan<float> gain, ReadOnlySpan<float> offset)
    {
        const int Run = 4096;
        long length = (long)count * channels;
        double sum = 0;
        double squares = 0;
        for (long at = 0; at < length; at += Run)
        {
            ReadOnlySpan<float> part = new(rows + at, (int)Math.Min(Run, length - at));
            sum += TensorPrimitives.Sum(part);
            squares += TensorPrimitives.SumOfSquares(part);
        }

        double mean = sum / length;
        double inverse = 1 / Math.Sqrt(Math.Max(0, (squares / length) - (mean * mean)) + Epsilon);
        Span<float> scale = channels <= 1024 ? stackalloc float[channels] : new float[channels];
        Span<float> shift = channels <= 1024 ? stackalloc float[channels] : new float[channels];
        for (int channel = 0; channel < channels; channel++)
        {
            scale[channel] = (float)(gain[channel] * inverse);
            shift[channel] = (float)(offset[channel] - (gain[channel] * inverse * mean));
        }

        for (int row = 0; row < count; row++)
        {
            Span<float> values = new(rows + ((nint)row * channels), channels);
            TensorPrimitives.MultiplyAdd(values, scale, shift, values);
        }
    }
}
