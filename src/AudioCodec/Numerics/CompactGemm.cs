using AudioCodec.Numerics.Vectors;

namespace AudioCodec.Numerics;

/// <summary>Single-precision matrix product with a right-hand side in a compact format.</summary>
/// <remarks>
/// An element is init + factor * sum: the sum of products with the decoded codes in one accumulator in ascending k, fused where the tier has it, as in
/// <see cref="Gemm"/>. Its bits depend on its row of A and its column of B only. Allocates 0 B.
/// </remarks>
internal static unsafe class CompactGemm
{
    /// <summary>From so many rows on, panels are decoded once for all rows.</summary>
    public const int ManyRows = 6;

    /// <summary>Floats of scratch that a product needs.</summary>
    public static int Scratch(int rows, CompactMatrix b) =>
        (b.Format == WeightFormat.F16 ? rows * b.Rows : 0)
        + (rows < ManyRows ? 0 : (rows * CompactMatrix.PanelColumns) + ((b.Rows + 1) * 2 * Simd.Lanes));

    /// <summary>The columns of panels <paramref name="first"/> to <paramref name="end"/> - 1.</summary>
    /// <param name="a">A, [M, K], of one tap.</param>
    /// <param name="b">B, [K, N].</param>
    /// <param name="init">Initial value of C's row r at <c>init + r * initStride</c>; may be C itself; null for B's bias.</param>
    /// <param name="initStride">Floats between rows of <paramref name="init"/>.</param>
    /// <param name="c">Receives row r at <c>c + r * cStride</c>.</param>
    /// <param name="cStride">Floats between rows of C.</param>
    /// <param name="first">First panel.</param>
    /// <param name="end">Panel after the last.</param>
    /// <param name="scratch">Addresses <see cref="Scratch"/> floats.</param>
    public static void RunPanels(
        in GemmOperand a, CompactMatrix b, float* init, nint initStride, float* c, nint cStride, int first, int end, float* scratch) =>
        Simd.Run(new Call(a, b, init, initStride, c, cStride, first, end, scratch));

    private readonly struct Call(
        GemmOperand a, CompactMatrix b, float* init, nint initStride, float* c, nint cStride, int first, int end, float* scratch) : ISimdKernel
    {
        void ISimdKernel.Run<TVec, TSimd>()
        {
            CompactTile tile = new()
            {
                A = a.Data,
                Rows = a.RowCount,
                RowStrideA = a.RowStride,
                Init = init is null ? b.BiasPointer : init,
                RowStrideInit = init is null ? 0 : initStride,
                C = c,
                RowStrideC = cStride,
                Scratch = scratch,
            };
            switch (b.Format)
            {
                case WeightFormat.F16: FloatKernels<TVec, TSimd>.Compact<HalfCode>(tile, b, first, end); break;
                case WeightFormat.BF16: FloatKernels<TVec, TSimd>.Compact<BFloat16Code>(tile, b, first, end); break;
                default: FloatKernels<TVec, TSimd>.Compact<Int8Code>(tile, b, first, end); break;
            }
        }
    }
}
