using AudioCodec.Numerics.Vectors;

namespace AudioCodec.Numerics;

/// <summary>Single-precision matrix product with a right-hand side in a compact format.</summary>
/// <remarks>
/// An element is init + factor * sum. With floating-point codes the sum is that of products with the decoded codes in one accumulator in ascending k, fused
/// where the tier has it, as in <see cref="Gemm"/>. With integers, inputs become integers of 16 bits times a power of two for each block of
/// <see cref="BlockInputs"/>, so that the block's largest has 15 bits: a block's sum is exact, and blocks are added in ascending order.
/// An element's bits depend on its row of A and its column of B only. Allocates 0 B.
/// </remarks>
internal static unsafe class CompactGemm
{
    /// <summary>From so many rows on, panels of floating-point codes are decoded once for all rows; fewer are faster by fours, 6 to 16 by 1.3 to 2 times.</summary>
    public const int ManyRows = 24;

    /// <summary>Inputs whose products with int8 are added as integers: 512 * 2^15 * 127 is below 2^31.</summary>
    public const int BlockInputs = 512;

    /// <summary>Floats of scratch that a product needs.</summary>
    public static int Scratch(int rows, CompactMatrix b, in CompactFusion fusion) =>
        (fusion.Norm is null ? 0 : rows * b.Rows)
            + (b.Format == WeightFormat.I8
                ? rows * (CompactMatrix.Pairs(b.Rows) + Blocks(b.Rows))
                : (b.Format == WeightFormat.F16 ? rows * b.Rows : 0)
                    + (rows < ManyRows ? 0 : (rows * CompactMatrix.PanelColumns) + ((b.Rows + 1) * 2 * Simd.Lanes)));

    /// <summary>Blocks of inputs of a product with integers.</summary>
    public static int Blocks(int inputs) => (inputs + BlockInputs - 1) / BlockInputs;

    /// <summary>The columns of the panels that a part takes from a queue.</summary>
    /// <param name="a">A, [M, K], of one tap.</param>
    /// <param name="b">B, [K, N].</param>
    /// <param name="init">Initial value of C's row r at <c>init + r * initStride</c>; may be C itself; null for B's bias.</param>
    /// <param name="initStride">Floats between rows of <paramref name="init"/>.</param>
    /// <param name="c">Receives row r at <c>c + r * cStride</c>.</param>
    /// <param name="cStride">Floats between rows of C.</param>
    /// <param name="queue">The panels of B.</param>
    /// <param name="part">Which part this is.</param>
    /// <param name="scratch">Addresses <see cref="Scratch"/> floats.</param>
    /// <param name="fusion">What else is done.</param>
    public static void RunPanels(
        in GemmOperand a, CompactMatrix b, float* init, nint initStride, float* c, nint cStride, PanelQueue queue, int part, float* scratch, in CompactFusion fusion) =>
        Simd.Run(new Call(a, b, init, initStride, c, cStride, queue, part, scratch, fusion));

    private readonly struct Call(
        GemmOperand a, CompactMatrix b, float* init, nint initStride, float* c, nint cStride, PanelQueue queue, int part, float* scratch, CompactFusion fusion) : ISimdKernel
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
                Gelu = fusion.Gelu,
            };
            if (fusion.Norm is not null)
            {
                for (int row = 0; row < a.RowCount; row++)
                {
                    fusion.Norm.Apply(a.Data + (row * a.RowStride), 1, scratch + ((nint)row * b.Rows));
                }

                tile.A = scratch;
                tile.RowStrideA = b.Rows;
                tile.Scratch += (nint)a.RowCount * b.Rows;
            }

            switch (b.Format)
            {
                case WeightFormat.F16: FloatKernels<TVec, TSimd>.Compact<HalfCode>(tile, b, queue, part); break;
                case WeightFormat.BF16: FloatKernels<TVec, TSimd>.Compact<BFloat16Code>(tile, b, queue, part); break;
                default: FloatKernels<TVec, TSimd>.CompactIntegers(tile, b, queue, part); break;
            }
        }
    }
}
