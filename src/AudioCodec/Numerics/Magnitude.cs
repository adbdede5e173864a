using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AudioCodec.Numerics;

/// <summary>Magnitudes of weights, by code that is compiled once and at once: a model's millions of values are looked at at every start.</summary>
internal static class Magnitude
{
    private const int WithoutSign = 0x7FFFFFFF;

    /// <summary>The largest magnitude; NaN where a value is NaN, 0 of none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Largest(ReadOnlySpan<float> values)
    {
        // Magnitudes have the order of their bits as integers; those of a NaN are the largest.
        ReadOnlySpan<int> bits = MemoryMarshal.Cast<float, int>(values);
        Vector<int> most = Vector<int>.Zero;
        int i = 0;
        for (; i <= bits.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            most = Vector.Max(most, new Vector<int>(bits[i..]) & new Vector<int>(WithoutSign));
        }

        int largest = 0;
        for (int lane = 0; lane < Vector<int>.Count; lane++)
        {
            largest = Math.Max(largest, most[lane]);
        }

        for (; i < bits.Length; i++)
        {
            largest = Math.Max(largest, bits[i] & WithoutSign);
        }

        return BitConverter.Int32BitsToSingle(largest);
    }
}
