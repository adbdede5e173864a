using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AudioCodec.Codecs;

namespace AudioCodec.Entropy;

/// <summary>A matrix [inputs, outputs] of 16-bit integers with a scale per output, and its bias, laid out for the kernels.</summary>
/// <remarks>
/// The model computes with rounded weights, <c>scale * q</c> with a scale per output and an integer q: kernels sum <c>x * q</c> and multiply
/// by the scale at the end. Two outputs share a 32-bit word per input: q of the first is 65536 times the signed
/// lower half, q of the second is the whole word as a float; its upper half is chosen with the lower one in view, so that either weight is
/// off by half a unit of its 16 bits at most. The words are half as much to read as floats, which is what a product with one or two rows
/// waits for; for products with more rows the same q are held as floats too. Panels of 32 outputs, each panel [inputs][32 floats or 16
/// words], so that a kernel reads memory in order; missing outputs of the last panel come out as zero, as their scale is. Both start on a cache line.
/// </remarks>
internal sealed class PackedMatrix
{
    /// <summary>Outputs per panel.</summary>
    public const int PanelWidth = 32;

    /// <summary>Words per panel and input: word j holds outputs j and j + 16.</summary>
    public const int PanelWords = PanelWidth / 2;

    private const int CacheLineBytes = 64;
    private const float HalfUnit = 65536f;
    private const float LargestInteger = 32766 * HalfUnit;
    private const float LeastScale = 1f / (1L << 46);
    private readonly float[] _floats;
    private readonly int[] _words;
    private readonly int _firstFloat;
    private readonly int _firstWord;

    private PackedMatrix(int inputs, int outputs)
    {
        Inputs = inputs;
        Outputs = outputs;
        PaddedOutputs = RoundUp(outputs);
        Bias = new float[PaddedOutputs];
        Start = new float[PaddedOutputs];
        Scale = new float[PaddedOutputs];
        (_floats, _firstFloat) = Aligned<float>(inputs * PaddedOutputs);
        (_words, _firstWord) = Aligned<int>(inputs * PaddedOutputs / 2);
    }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary><see cref="Outputs"/> rounded up to whole panels.</summary>
    public int PaddedOutputs { get; }

    /// <summary>[<see cref="PaddedOutputs"/>].</summary>
    public float[] Bias { get; }

    /// <summary>[<see cref="PaddedOutputs"/>] where sums start: the bias divided by <see cref="Scale"/>.</summary>
    public float[] Start { get; }

    /// <summary>[<see cref="PaddedOutputs"/>] what sums are multiplied by.</summary>
    public float[] Scale { get; }

    /// <summary>First value of panel <paramref name="panel"/>; <c>Inputs * 32</c> values follow.</summary>
    public ref float Panel(int panel) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_floats), _firstFloat + ((nint)panel * Inputs * PanelWidth));

    /// <summary>First word of panel <paramref name="panel"/>; <c>Inputs * 16</c> words follow.</summary>
    public ref int Words(int panel) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_words), _firstWord + ((nint)panel * Inputs * PanelWords));

    /// <summary>Rounds a number of outputs up to whole panels.</summary>
    public static int RoundUp(int outputs) => (outputs + PanelWidth - 1) / PanelWidth * PanelWidth;

    /// <summary>Rounds and packs a checkpoint's weight [outputs, inputs] and bias [outputs].</summary>
    public static PackedMatrix Pack(float[] weight, float[] bias, int inputs)
    {
        var packed = new PackedMatrix(inputs, bias.Length);
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
        Scale[output] = ScaleOf(weights);
        Start[output] = Bias[output] / Scale[output];
    }

    /// <summary>Packs an output and the one sixteen further on, whose weights share words.</summary>
    private void PackPair(int output, float[] weight)
    {
        ref float floats = ref Unsafe.Add(ref Panel(output / PanelWidth), output % PanelWidth);
        ref int words = ref Unsafe.Add(ref Words(output / PanelWidth), output % PanelWidth);
        for (int k = 0; k < Inputs; k++)
        {
            int low = (int)Rounded(weight, output, k, 0);
            int word = ((int)Rounded(weight, output + PanelWords, k, low & 0xFFFF) << 16) | (low & 0xFFFF);
            Unsafe.Add(ref words, k * PanelWords) = word;
            Unsafe.Add(ref floats, k * PanelWidth) = word << 16;
            Unsafe.Add(ref floats, (k * PanelWidth) + PanelWords) = word;
        }
    }

    /// <summary>
    /// The integer q that brings <c>65536 q + below</c> closest to a weight divided by its scale. Each operation is one of IEEE 754's, so that q is
    /// the same everywhere.
    /// </summary>
    private double Rounded(float[] weight, int output, int input, int below) => output >= Outputs
        ? 0
        : Math.Round((((double)weight[(output * Inputs) + input] / Scale[output]) - below) / HalfUnit);

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

    private static (T[] Values, int First) Aligned<T>(int count)
        where T : unmanaged
    {
        T[] values = GC.AllocateArray<T>(count + (CacheLineBytes / Unsafe.SizeOf<T>()), pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(values, 0);
        return (values, (int)((-address & (CacheLineBytes - 1)) / Unsafe.SizeOf<T>()));
    }
}
