using System.Runtime.CompilerServices;

namespace AudioCodec.Numerics;

/// <content>
/// Keys and values as 16-bit integers, each position's of a head times a unit. A word of a panel holds two elements, those of its two vectors: the first in the
/// lower half.
/// </content>
internal static unsafe partial class FloatKernels<TVec, TSimd>
{
    // Integers are decoded in the upper half of a word.
    private const float DecodedUnit = 1f / 65536f;

    /// <summary>Writes one position of a head.</summary>
    /// <param name="key">[head width].</param>
    /// <param name="value">[head width].</param>
    /// <param name="head">Addresses the head's keys and values.</param>
    /// <param name="position">Where.</param>
    public static void StorePosition(float* key, float* value, in AttentionBlock head, int position)
    {
        int lanes = TSimd.Lanes;
        int two = 2 * lanes;
        float* rounded = stackalloc float[head.ValueWidth / 2];
        head.KeyUnits[position] = RoundBlock(key, head.HeadWidth, rounded) * DecodedUnit;
        var halves = (short*)rounded;
        short* column = (short*)(head.Keys + ((nint)position / two * head.HeadWidth * lanes)) + (2 * (position % lanes)) + (position % two / lanes);
        for (int i = 0; i < head.HeadWidth; i++)
        {
            column[i * two] = halves[(i / two * two) + (2 * (i % lanes)) + (i % two / lanes)];
        }

        head.ValueUnits[position] = RoundBlock(value, head.HeadWidth, rounded) * DecodedUnit;
        for (int i = 0; i < head.ValueWidth / 2; i += lanes)
        {
            TSimd.Store(head.Values + ((nint)i * head.Positions) + (position * lanes), TSimd.Load(rounded + i));
        }
    }

    /// <summary>One row by a panel of integers, with the operations of <see cref="Tile"/> in the same order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void IntegerTile(in GemmTile tile)
    {
        TVec c0 = TSimd.Broadcast(0f);
        TVec c1 = c0;
        float* b = tile.B;
        float* end = tile.A + tile.TapLength;
        for (float* a = tile.A; a < end; a++, b += TSimd.Lanes)
        {
            Prefetch.Row((byte*)b, tile.Ahead, TSimd.Lanes * sizeof(float));
            TVec v = TSimd.Broadcast(*a);
            DecodeIntegers(b, out TVec b0, out TVec b1);
            c0 = TSimd.MultiplyAdd(v, b0, c0);
            c1 = TSimd.MultiplyAdd(v, b1, c1);
        }

        TSimd.Store(tile.C, c0);
        TSimd.Store(tile.C + TSimd.Lanes, c1);
    }

    /// <summary>A panel as floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DecodeIntegers(float* words, int rows, float* decoded)
    {
        for (float* end = words + ((nint)rows * TSimd.Lanes); words < end; words += TSimd.Lanes, decoded += 2 * TSimd.Lanes)
        {
            DecodeIntegers(words, out TVec first, out TVec second);
            TSimd.Store(decoded, first);
            TSimd.Store(decoded + TSimd.Lanes, second);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void DecodeIntegers(float* words, out TVec first, out TVec second)
    {
        TVec both = TSimd.Load(words);
        first = TSimd.ToSingle(TSimd.ShiftWordsLeft(both, 16));
        second = TSimd.ToSingle(TSimd.MaskWords(both, unchecked((int)0xFFFF0000)));
    }
}
