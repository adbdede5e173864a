using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AudioCodec.Numerics;

/// <summary>Finds the few large values of a row.</summary>
internal static class ThresholdSearch
{
    private const int Lanes = 16;

    /// <summary>The first place from <paramref name="start"/> on where value + addend, rounded, reaches a threshold; the length if there is none.</summary>
    /// <param name="values">Finite or not; NaN reaches no threshold.</param>
    /// <param name="start">First place looked at.</param>
    /// <param name="addend">Added to each value.</param>
    /// <param name="threshold">The least sum wanted.</param>
    public static int Next(ReadOnlySpan<float> values, int start, float addend, float threshold)
    {
        // Four vectors at a time, as nearly all sums are below; loads are within the row: place + 4 * Lanes <= length.
        ref float row = ref MemoryMarshal.GetReference(values);
        Vector512<float> add = Vector512.Create(addend);
        Vector512<float> least = Vector512.Create(threshold);
        int place = start;
        for (; place <= values.Length - (4 * Lanes); place += 4 * Lanes)
        {
            Vector512<float> reached = Reached(ref row, place, add, least) | Reached(ref row, place + Lanes, add, least)
                | Reached(ref row, place + (2 * Lanes), add, least) | Reached(ref row, place + (3 * Lanes), add, least);
            if (reached.ExtractMostSignificantBits() != 0)
            {
                break;
            }
        }

        for (; place <= values.Length - Lanes; place += Lanes)
        {
            ulong reached = Reached(ref row, place, add, least).ExtractMostSignificantBits();
            if (reached != 0)
            {
                return place + BitOperations.TrailingZeroCount(reached);
            }
        }

        while (place < values.Length && !(values[place] + addend >= threshold))
        {
            place++;
        }

        return place;
    }

    private static Vector512<float> Reached(ref float row, int place, Vector512<float> addend, Vector512<float> least) =>
        Vector512.GreaterThanOrEqual(Vector512.LoadUnsafe(ref row, (nuint)place) + addend, least);
}
