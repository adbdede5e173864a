using System.Runtime.Intrinsics;
using AudioCodec.Numerics;
using AudioCodec.Numerics.Vectors;

namespace AudioCodec.Entropy;

/// <summary>The entropy model's arithmetic: the same bits at every SIMD width, batch size and thread count.</summary>
/// <remarks>
/// Each output is one fixed sequence of IEEE operations: products are summed in ascending order of their index with a multiply
/// and an add, reductions use sixteen partial sums whatever the hardware, and batching only decides when outputs are
/// computed. See <c>ADR-0001-exact-arithmetic.md</c>.
/// </remarks>
internal abstract unsafe class ExactKernels
{
    /// <summary>Rows that a matrix product handles together; twice as many where there are registers for them.</summary>
    protected const int RowTile = 4;

    /// <summary>Floats that must be readable behind any row handed to a kernel.</summary>
    public const int Slack = 64;

    /// <summary>Floats that scores of one head over <paramref name="blocks"/> blocks of keys need: the blocks, and a whole vector from any of the first one's slots on.</summary>
    public static int ScoresPerHead(int blocks) => (blocks + 1) * AttentionCache.BlockSlots;

    [ThreadStatic]
    private static AlignedArray? t_scratch;

    /// <summary>Every tier, for tests; each runs on every machine, some of them slowly.</summary>
    public static IReadOnlyList<ExactKernels> All { get; } =
    [
        new ExactKernels<float, SimdScalar>(),
        new ExactKernels<Vector128<float>, Simd128>(),
        new ExactKernels<Vector256<float>, Simd256>(),
        new ExactKernels<Vector512<float>, Simd512>(),
    ];

    /// <summary>The kernels of the tier in use.</summary>
    public static ExactKernels Best { get; } = All[(int)Simd.Tier];

    /// <summary>Floats per operation.</summary>
    public abstract int Width { get; }

    /// <summary>c = a w + bias for <paramref name="rows"/> rows.</summary>
    /// <param name="a">[rows, lda], the first <c>w.Inputs</c> of each row used.</param>
    /// <param name="lda">Distance of rows in <paramref name="a"/>.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="w">Weights and bias.</param>
    /// <param name="c">[rows, ldc], all padded outputs of each row written.</param>
    /// <param name="ldc">Distance of rows in <paramref name="c"/>, at least <c>w.PaddedOutputs</c>.</param>
    public abstract void Multiply(ReadOnlySpan<float> a, int lda, int rows, ExactMatrix w, Span<float> c, int ldc);

    /// <summary>x = LayerNorm(x + y) in place; [<paramref name="width"/>] of each, room for a multiple of 16.</summary>
    public abstract void AddNormalize(Span<float> x, ReadOnlySpan<float> y, int width, ReadOnlySpan<float> gain, ReadOnlySpan<float> bias);

    /// <summary>x = GELU(x) in place; length a multiple of 16.</summary>
    public abstract void Gelu(Span<float> x);

    /// <summary>One query against a run of keys of all heads.</summary>
    public abstract void Attend(ReadOnlySpan<float> query, AttentionCache cache, int from, int count, Span<float> scores, Span<float> output);

    /// <summary>q = floor(2^24 e^(x - max x)) for each logit; [<paramref name="count"/>] of each, room for a multiple of 16.</summary>
    public abstract void QuantizedExponentials(ReadOnlySpan<float> logits, int count, Span<int> quantized);

    /// <summary>Memory of this thread for <paramref name="length"/> floats of any value.</summary>
    protected static float* Scratch(int length)
    {
        if (t_scratch is null || t_scratch.Length < length)
        {
            t_scratch = new AlignedArray(length, zeroed: false);
        }

        return t_scratch.Pointer;
    }
}
