using AudioCodec.Numerics.Vectors;

namespace AudioCodec.Numerics;

/// <summary>Normalization of each row by itself. Read-only, shared by any number of threads.</summary>
/// <remarks>Sums in single precision; a row's result depends on nothing else. Allocates 0 B.</remarks>
internal abstract unsafe class RowNorm
{
    private readonly AlignedArray _gain;
    private readonly AlignedArray? _bias;
    private readonly float _epsilon;
    private readonly bool _centered;

    private protected RowNorm(ReadOnlySpan<float> gain, ReadOnlySpan<float> bias, float epsilon, bool centered)
    {
        if (!bias.IsEmpty)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(bias.Length, gain.Length);
            _bias = AlignedArray.CopyOf(bias);
        }

        _gain = AlignedArray.CopyOf(gain);
        _epsilon = epsilon;
        _centered = centered;
    }

    /// <summary>Elements of a row, D.</summary>
    public int Width => _gain.Length;

    /// <summary>Normalizes rows.</summary>
    /// <param name="x">[rows, D].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="y">Receives [rows, D]; may be <paramref name="x"/>.</param>
    public void Apply(float* x, int rows, float* y)
    {
        for (int row = 0; row < rows; row++)
        {
            nint at = (nint)row * Width;
            Simd.Run(new Call(x + at, Width, _gain.Pointer, _bias is null ? null : _bias.Pointer, _epsilon, _centered, y + at));
        }
    }

    private readonly struct Call(float* x, int width, float* gain, float* bias, float epsilon, bool centered, float* y) : ISimdKernel
    {
        void ISimdKernel.Run<TVec, TSimd>() => FloatKernels<TVec, TSimd>.Normalize(x, width, gain, bias, epsilon, centered, y);
    }
}
