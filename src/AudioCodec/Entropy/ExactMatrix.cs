using AudioCodec.Numerics;

namespace AudioCodec.Entropy;

/// <summary>A matrix [inputs, outputs] of 16-bit integers with a scale per output, and its bias, laid out for the kernels.</summary>
/// <remarks>
/// The model computes with rounded weights, <c>scale * q</c> with a scale per output and an integer q: kernels sum <c>x * q</c> and multiply
/// by the scale at the end. Two outputs share a 32-bit word per input: q of the first is 65536 times the signed
/// lower half, q of the second is the whole word as a float; its upper half is chosen with the lower one in view, so that either weight is
/// off by half a unit of its 16 bits at most. The words take half the memory of floats, whose reading bounds a product with one or two
/// rows; for products with more rows the same q are stored as floats too. Panels of 32 outputs, each panel [inputs][32 floats or 16
/// words], so that a kernel reads memory in order; missing outputs of the last panel are zero, since their scale is.
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
    private readonly AlignedArray _floats;
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
        _floats = new AlignedArray(inputs * PaddedOutputs);
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

    /// <summary>First value of panel <paramref name="panel"/>; <c>Inputs * 32</c> values follow.</summary>
    public float* Panel(int panel) => _floats.Pointer + ((nint)panel * Inputs * PanelWidth);

    /// <summary>First word of panel <paramref name="panel"/>; <c>Inputs * 16</c> words follow.</summary>
    public int* Words(int panel) => (int*)_words.Pointer + ((nint)panel * Inputs * PanelWords);

    /// <summary>Rounds a number of outputs up to whole panels.</summary>
    public static int RoundUp(int outputs) => (outputs + PanelWidth - 1) / PanelWidth * PanelWidth;

    /// <summary>Rounds and packs a checkpoint's weight [outputs, inputs] and bias [outputs].</summary>
    public static ExactMatrix Pack(float[] weight, float[] bias, int inputs)
    {
        var packed = new ExactMatrix(inputs, bias.Length);
        bias.CopyTo(packed.Bias, 0);
        for (int n = 0; n < bias.Length; n++)
        {
            packed.SetScale(n, weight.AsSpan(n * inputs, inputs));
        }

        for (int n = 0; n < packed.PaddedOutputs; n += PanelWidth)
        {
            for (int j = 0; j < PanelWords; j++)
            {
                packed.PackPair(n + j, weight);
            }
        }

        return packed;
    }

    private void SetScale(int output, ReadOnlySpan<float> weights)
    {
        *Scale(output) = ScaleOf(weights);
        *Start(output) = Bias[output] / *Scale(output);
    }

    /// <summary>Packs an output and the one sixteen further on, whose weights share words.</summary>
    private void PackPair(int output, float[] weight)
    {
        float* floats = Panel(output / PanelWidth) + (output % PanelWidth);
        int* words = Words(output / PanelWidth) + (output % PanelWidth);
        for (int k = 0; k < Inputs; k++)
        {
            int low = (int)Rounded(weight, output, k, 0);
            int word = ((int)Rounded(weight, output + PanelWords, k, low & 0xFFFF) << 16) | (low & 0xFFFF);
            words[k * PanelWords] = word;
            floats[k * PanelWidth] = word << 16;
            floats[(k * PanelWidth) + PanelWords] = word;
        }
    }

    /// <summary>
    /// The integer q that brings <c>65536 q + below</c> closest to a weight divided by its scale. Each operation is one of IEEE 754's, so that q is
    /// the same everywhere.
    /// </summary>
    private double Rounded(float[] weight, int output, int input, int below) => output >= Outputs
        ? 0
        : Math.Round((((double)weight[(output * Inputs) + input] / *Scale(output)) - below) / HalfUnit);

    /// <summary>The scale with which the largest weight takes the 15 bits beside the sign, but for one unit that rounding may need.</summary>
    private static float ScaleOf(ReadOnlySpan<float> weights)
    {
        float largest = 0;
        foreach (float weight in weights)
        {
            largest = Math.Max(largest, Math.Abs(weight));
        }

        return Math.Max(LeastScale, largest / LargestInteger);
    }
}
