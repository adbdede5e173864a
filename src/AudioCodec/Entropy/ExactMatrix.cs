using System.Numerics;
using System.Runtime.CompilerServices;
using AudioCodec.Numerics;

namespace AudioCodec.Entropy;

/// <summary>A matrix [inputs, outputs] of 16-bit integers with a scale per output, and its bias, laid out for the kernels.</summary>
/// <remarks>
/// The model computes with rounded weights, <c>scale * q</c> with a scale per output and an integer q: kernels sum <c>x * q</c> and multiply
/// by the scale at the end. Two outputs share a 32-bit word per input: q of the first is 65536 times the signed
/// lower half, q of the second is the whole word as a float; its upper half is chosen with the lower one in view, so that either weight is
/// off by half a unit of its 16 bits at most. The words take half the memory of floats, whose reading bounds a product with one or two
/// rows; products with many rows widen a panel once. Panels of 32 outputs, each panel [inputs][16 words], so that a kernel reads
/// memory in order; missing outputs of the last panel are zero, since their scale is.
/// </remarks>
internal sealed unsafe class ExactMatrix
{
    /// <summary>Outputs per panel.</summary>
    public const int PanelWidth = 32;

    /// <summary>Words per panel and input: word j holds outputs j and j + 16.</summary>
    public const int PanelWords = PanelWidth / 2;

    private const float HalfUnit = 65536f;
    private const float LargestInteger = 32766 * HalfUnit;
    private const float LeastScale = 1f / (1L << 46);
    private readonly AlignedArray _words;
    private readonly AlignedArray _start;
    private readonly AlignedArray _scale;

    private ExactMatrix(int inputs, int outputs)
    {
        Inputs = inputs;
        Outputs = outputs;
        PaddedOutputs = RoundUp(outputs);
        Bias = new float[PaddedOutputs];
        _start = new AlignedArray(PaddedOutputs);
        _scale = new AlignedArray(PaddedOutputs);
        _words = new AlignedArray(inputs * PaddedOutputs / 2);
    }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary><see cref="Outputs"/> rounded up to whole panels.</summary>
    public int PaddedOutputs { get; }

    /// <summary>[<see cref="PaddedOutputs"/>].</summary>
    public float[] Bias { get; }

    /// <summary>Initial value of the sum of an output: its bias divided by its scale.</summary>
    public float* Start(int output) => _start.Pointer + output;

    /// <summary>Factor of the sum of an output.</summary>
    public float* Scale(int output) => _scale.Pointer + output;

    /// <summary>First word of panel <paramref name="panel"/>; <c>Inputs * 16</c> words follow.</summary>
    public int* Words(int panel) => (int*)_words.Pointer + ((nint)panel * Inputs * PanelWords);

    /// <summary>Rounds a number of outputs up to whole panels.</summary>
    public static int RoundUp(int outputs) => (outputs + PanelWidth - 1) / PanelWidth * PanelWidth;

    /// <summary>Rounds and packs a checkpoint's weight [outputs, inputs] and bias [outputs].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ExactMatrix Pack(float[] weight, float[] bias, int inputs)
    {
        var packed = new ExactMatrix(inputs, bias.Length);
        bias.CopyTo(packed.Bias, 0);
        for (int n = 0; n < bias.Length; n++)
        {
            packed.SetScale(n, weight.AsSpan(n * inputs, inputs));
        }

        // Rows are rounded in whole vectors.
        int padded = (inputs + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;
        float[] low = new float[padded];
        float[] high = new float[padded];
        for (int n = 0; n < bias.Length; n += n % PanelWidth == PanelWords - 1 ? PanelWords + 1 : 1)
        {
            weight.AsSpan(n * inputs, inputs).CopyTo(low);
            bool paired = n + PanelWords < bias.Length;
            weight.AsSpan(paired ? (n + PanelWords) * inputs : 0, paired ? inputs : 0).CopyTo(high);
            packed.PackPair(n, low, paired ? high : null);
        }

        return packed;
    }

    private void SetScale(int output, ReadOnlySpan<float> weights)
    {
        *Scale(output) = ScaleOf(weights);
        *Start(output) = Bias[output] / *Scale(output);
    }

    /// <summary>Packs an output and the one sixteen further on, whose weights share words.</summary>
    /// <param name="output">The first output.</param>
    /// <param name="low">Its weights, followed by zeros up to a whole vector.</param>
    /// <param name="high">Those of the other output, or <see langword="null"/> where there is none.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackPair(int output, ReadOnlySpan<float> low, float[]? high)
    {
        int* words = Words(output / PanelWidth) + (output % PanelWidth);
        var lowScale = new Vector<double>(*Scale(output));
        Vector<double> highScale = new(high is null ? 1 : *Scale(output + PanelWords));
        long* packed = stackalloc long[Vector<float>.Count];
        for (int k = 0; k < Inputs; k += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(low[k..]), out Vector<double> low0, out Vector<double> low1);
            Vector<long> word0 = Rounded(low0 / lowScale) & new Vector<long>(0xFFFF);
            Vector<long> word1 = Rounded(low1 / lowScale) & new Vector<long>(0xFFFF);
            if (high is not null)
            {
                Vector.Widen(new Vector<float>(high, k), out Vector<double> high0, out Vector<double> high1);
                word0 |= Rounded((high0 / highScale) - Vector.ConvertToDouble(word0)) << 16;
                word1 |= Rounded((high1 / highScale) - Vector.ConvertToDouble(word1)) << 16;
            }

            word0.Store(packed);
            word1.Store(packed + Vector<long>.Count);
            for (int i = 0; i < Vector<float>.Count && k + i < Inputs; i++)
            {
                words[(k + i) * PanelWords] = (int)packed[i];
            }
        }
    }

    /// <summary>
    /// The integers q that bring <c>65536 q</c> closest to the values, in the lower halves of 64 bits. Each operation is one of IEEE 754's, so that q is
    /// the same everywhere: adding 1.5 * 2^52 rounds to an integer, which is then the low bits of the sum.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<long> Rounded(Vector<double> values) =>
        Vector.AsVectorInt64((values * new Vector<double>(1 / HalfUnit)) + new Vector<double>(6755399441055744));

    /// <summary>The scale with which the largest weight takes the 15 bits beside the sign, but for one unit that rounding may need.</summary>
    private static float ScaleOf(ReadOnlySpan<float> weights)
    {
        float largest = Magnitude.Largest(weights);
        return Math.Max(LeastScale, largest / LargestInteger);
    }
}
