using System.Numerics.Tensors;
using AudioCodec.Numerics.Vectors;

namespace AudioCodec.Numerics.Transformer;

/// <summary>Softmax of rows, in place.</summary>
/// <remarks>
/// The largest element is subtracted first, so that no exponential overflows; an element more than 87.7 below it becomes 0. Accuracy: relative error
/// below (2 + |x - max| + sqrt(count)) * 2^-22. NaN anywhere, or a row of minus infinity, gives NaN. Allocates 0 B.
/// </remarks>
internal static unsafe class Softmax
{
    /// <summary>exp(x + bias) / sum of exp(x + bias).</summary>
    /// <param name="row">Addresses <paramref name="count"/> elements, replaced by weights that sum to 1.</param>
    /// <param name="count">Number of elements; nothing is done for 0.</param>
    /// <param name="bias">Addresses as many terms, minus infinity for an element to leave out; null for none.</param>
    public static void Apply(float* row, int count, float* bias = null)
    {
        if (count == 0)
        {
            return;
        }

        if (bias is not null)
        {
            Span<float> values = new(row, count);
            TensorPrimitives.Add(values, new ReadOnlySpan<float>(bias, count), values);
        }

        Simd.Run(new Call(row, count));
    }

    private readonly struct Call(float* row, int count) : ISimdKernel
    {
        void ISimdKernel.Run<TVec, TSimd>() => FloatKernels<TVec, TSimd>.Softmax(row, count);
    }
}
