using System.Diagnostics;
using AudioCodec.Numerics.Vectors;

namespace AudioCodec.Numerics;

/// <summary>Single-precision matrix product with a packed right-hand side.</summary>
/// <remarks>
/// Accuracy: one accumulator per element, products added in ascending k, fused where the tier has it; within
/// (K+1)u of the sum of magnitudes, u = 2^-24; a slim B has one accumulator per lane, summed at the end. An element's bits depend on its row of A and its column of B only, never
/// on how many rows are computed together or which rows. Allocates 0 B.
/// </remarks>
internal static unsafe class Gemm
{
    /// <summary>C = A B + bias.</summary>
    /// <param name="a">A, [M, K], read in place.</param>
    /// <param name="b">B, [K, N], with its bias row.</param>
    /// <param name="c">Receives row r at <c>c + r * rowStrideC</c>, N floats each.</param>
    /// <param name="rowStrideC">Floats between rows of C, at least N.</param>
    public static void Multiply(in GemmOperand a, PackedMatrix b, float* c, nint rowStrideC)
    {
        ThrowIfDepthsDiffer(a, b);
        RunPanels(a, b, null, 0, c, rowStrideC, 0, b.PanelCount);
    }

    /// <summary>The columns of panels <paramref name="first"/> to <paramref name="end"/> - 1; starts from the bias if there is no initial matrix.</summary>
    /// <remarks>A with fewer columns than B has rows is multiplied with the first rows of B, which must not be slim.</remarks>
    public static void RunPanels(
        in GemmOperand a, PackedMatrix b, float* init, nint initStride, float* c, nint rowStrideC, int first, int end)
    {
        Debug.Assert(b.IsSlim ? a.Depth == b.Rows : a.Depth <= b.Rows, "B must have a row for every column of A.");
        Simd.Run(new Call(a, b, init, initStride, c, rowStrideC, first, end));
    }

    /// <summary>Checks that A has as many columns as B has rows.</summary>
    /// <exception cref="ArgumentException">The numbers differ.</exception>
    public static void ThrowIfDepthsDiffer(in GemmOperand a, PackedMatrix b)
    {
        if (a.Depth != b.Rows)
        {
            throw new ArgumentException($"A has {a.Depth} columns, B has {b.Rows} rows.", nameof(a));
        }
    }

    private readonly struct Call(
        GemmOperand a, PackedMatrix b, float* init, nint initStride, float* c, nint rowStrideC, int first, int end) : ISimdKernel
    {
        void ISimdKernel.Run<TVec, TSimd>() =>
            FloatKernels<TVec, TSimd>.Multiply(a, b, init, initStride, c, rowStrideC, first, end);
    }
}
