using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AudioCodec.Entropy;

/// <summary>A matrix [inputs, outputs] and its bias, laid out for the kernels.</summary>
/// <remarks>
/// Panels of 32 outputs, each panel [inputs][32], so that a kernel reads memory in order; missing outputs of the last panel are
/// zero. The values start on a cache line.
/// </remarks>
internal sealed class PackedMatrix
{
    /// <summary>Outputs per panel.</summary>
    public const int PanelWidth = 32;

    private const int CacheLineFloats = 16;
    private readonly float[] _values;
    private readonly int _offset;

    private PackedMatrix(int inputs, int outputs)
    {
        Inputs = inputs;
        Outputs = outputs;
        PaddedOutputs = RoundUp(outputs);
        Bias = new float[PaddedOutputs];
        _values = GC.AllocateArray<float>((inputs * PaddedOutputs) + CacheLineFloats, pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(_values, 0);
        _offset = (int)((-address & ((CacheLineFloats * sizeof(float)) - 1)) / sizeof(float));
    }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary><see cref="Outputs"/> rounded up to whole panels.</summary>
    public int PaddedOutputs { get; }

    /// <summary>[<see cref="PaddedOutputs"/>].</summary>
    public float[] Bias { get; }

    /// <summary>First value of panel <paramref name="panel"/>; <c>Inputs * 32</c> values follow.</summary>
    public ref float Panel(int panel) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_values), _offset + ((nint)panel * Inputs * PanelWidth));

    /// <summary>Rounds a number of outputs up to whole panels.</summary>
    public static int RoundUp(int outputs) => (outputs + PanelWidth - 1) / PanelWidth * PanelWidth;

    /// <summary>Packs a checkpoint's weight [outputs, inputs] and bias [outputs].</summary>
    public static PackedMatrix Pack(float[] weight, float[] bias, int inputs)
    {
        var packed = new PackedMatrix(inputs, bias.Length);
        bias.CopyTo(packed.Bias, 0);
        for (int n = 0; n < bias.Length; n++)
        {
            ref float panel = ref packed.Panel(n / PanelWidth);
            for (int k = 0; k < inputs; k++)
            {
                Unsafe.Add(ref panel, (k * PanelWidth) + (n % PanelWidth)) = weight[(n * inputs) + k];
            }
        }

        return packed;
    }
}
