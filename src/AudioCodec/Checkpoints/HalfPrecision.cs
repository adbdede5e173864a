using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AudioCodec.Checkpoints;

/// <summary>Widens half precision to single precision.</summary>
/// <remarks>
/// Compiled once and at once: a checkpoint's millions of values are read at every start, and the library's conversion, of many generic parts, runs
/// unoptimized for most of them.
/// </remarks>
internal static class HalfPrecision
{
    // Exponent and fraction moved to single precision's places leave the exponent 127 - 15 too low: a product with 2^112 gives it back, subnormals included.
    private const float Rebias = 5192296858534827628530496329220096f;
    private const int Infinite = 0x7C00 << 13;
    private const int SingleInfinite = 0x7F800000;

    /// <summary>Converts exactly; a NaN keeps its payload.</summary>
    /// <param name="halves">Values in half precision.</param>
    /// <param name="values">Receives as many.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToSingle(ReadOnlySpan<Half> halves, Span<float> values)
    {
        ReadOnlySpan<ushort> bits = MemoryMarshal.Cast<Half, ushort>(halves);
        values = values[..bits.Length];
        int i = 0;
        for (; i <= bits.Length - 8; i += 8)
        {
            Vector128<ushort> eight = Vector128.Create(bits.Slice(i, 8));
            Widen(Vector128.WidenLower(eight).AsInt32()).CopyTo(values[i..]);
            Widen(Vector128.WidenUpper(eight).AsInt32()).CopyTo(values[(i + 4)..]);
        }

        for (; i < bits.Length; i++)
        {
            values[i] = Widen(Vector128.CreateScalar((int)bits[i]))[0];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Widen(Vector128<int> bits)
    {
        Vector128<int> magnitude = (bits & Vector128.Create(0x7FFF)) << 13;
        Vector128<int> finite = (magnitude.AsSingle() * Vector128.Create(Rebias)).AsInt32();
        Vector128<int> isInfinite = Vector128.GreaterThanOrEqual(magnitude, Vector128.Create(Infinite));
        return (Vector128.ConditionalSelect(isInfinite, magnitude | Vector128.Create(SingleInfinite), finite) | ((bits & Vector128.Create(0x8000)) << 16)).AsSingle();
    }
}
