using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AudioCodec.Numerics.Vectors;

namespace AudioCodec.Numerics;

/// <summary>A number format of the weights of a <see cref="CompactMatrix"/>.</summary>
internal interface IWeightCode
{
    /// <summary>Bits of a code.</summary>
    static abstract int Bits { get; }

    /// <summary>Encodes the weights of one output.</summary>
    /// <param name="weights">Finite values.</param>
    /// <param name="codes">Receives as many codes, in the lowest bits; the others are 0.</param>
    /// <returns>The factor by which decoded values are to be multiplied.</returns>
    static abstract float Encode(ReadOnlySpan<float> weights, Span<uint> codes);
}

/// <summary>A format of floating-point numbers.</summary>
/// <remarks>
/// Codes are laid out so that four vectors of columns are decoded with few operations that every instruction set has. Decoding is exact.
/// </remarks>
internal interface IFloatCode : IWeightCode
{
    /// <summary>A power of two that inputs are multiplied by before they meet decoded weights; the factors of <see cref="IWeightCode.Encode"/> make up for it.</summary>
    static virtual float InputFactor => 1f;

    /// <summary>Decodes four vectors of columns.</summary>
    /// <param name="words">Addresses their codes, one row of a panel.</param>
    /// <param name="w0">First vector of columns.</param>
    /// <param name="w1">Second.</param>
    /// <param name="w2">Third.</param>
    /// <param name="w3">Fourth.</param>
    static abstract unsafe void Decode<TVec, TSimd>(float* words, out TVec w0, out TVec w1, out TVec w2, out TVec w3)
        where TVec : struct
        where TSimd : struct, ISimd<TVec>;
}

/// <summary>IEEE half precision.</summary>
/// <remarks>
/// An output's weights are first multiplied by the power of two that brings the largest into fp16's highest octave: its subnormal numbers, on which some
/// processors are slow, then lie 2^-29 below the largest weight. Fields are only moved to their places in single precision, which leaves the exponent
/// 127 - 15 too low: half of that is given back to the inputs, which must be below 2^63, and half to the factors, so that sums are normal numbers.
/// </remarks>
internal readonly struct HalfCode : IFloatCode
{
    // Sign; exponent and fraction where single precision has their lowest 5 and highest 10 bits.
    private const int Fields = unchecked((int)0x8FFFE000);
    private const int Rebias = 127 - 15;
    private const int InputShift = 64;

    private const float Largest = 65504f;

    // Rounded to half precision, this is infinite.
    private const float Overflow = 65520f;

    // The factor must be a normal number; weights beyond 2^93, which no model has, are held there.
    private const int MinShift = -78;
    private const int MaxShift = 170;

    public static int Bits => 16;

    // 2^InputShift
    public static float InputFactor => 18446744073709551616f;

    public static float Encode(ReadOnlySpan<float> weights, Span<uint> codes)
    {
        float largest = Magnitude.Largest(weights);
        int shift = largest > 0 ? Math.Clamp(15 - MathF.ILogB(largest), MinShift, MaxShift) : 0;
        if (shift > MinShift && MathF.ScaleB(largest, shift) >= Overflow)
        {
            shift--;
        }

        for (int i = 0; i < weights.Length; i++)
        {
            codes[i] = BitConverter.HalfToUInt16Bits((Half)Math.Clamp(MathF.ScaleB(weights[i], shift), -Largest, Largest));
        }

        return MathF.ScaleB(1f, Rebias - InputShift - shift);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Decode<TVec, TSimd>(float* words, out TVec w0, out TVec w1, out TVec w2, out TVec w3)
        where TVec : struct
        where TSimd : struct, ISimd<TVec>
    {
        TVec first = TSimd.Load(words);
        TVec second = TSimd.Load(words + TSimd.Lanes);
        w0 = Upper<TVec, TSimd>(first);
        w1 = Upper<TVec, TSimd>(TSimd.ShiftWordsLeft(first, 16));
        w2 = Upper<TVec, TSimd>(second);
        w3 = Upper<TVec, TSimd>(TSimd.ShiftWordsLeft(second, 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Upper<TVec, TSimd>(TVec words)
        where TVec : struct
        where TSimd : struct, ISimd<TVec> => TSimd.MaskWords(TSimd.ShiftWordsRight(words, 3), Fields);
}

/// <summary>The upper half of single precision, rounded to nearest, ties to even.</summary>
internal readonly struct BFloat16Code : IFloatCode
{
    public static int Bits => 16;

    public static float Encode(ReadOnlySpan<float> weights, Span<uint> codes)
    {
        ReadOnlySpan<uint> bits = MemoryMarshal.Cast<float, uint>(weights);
        for (int i = 0; i < bits.Length; i++)
        {
            codes[i] = Math.Min((bits[i] + 0x7FFF + ((bits[i] >> 16) & 1)) >> 16, Largest(bits[i]));
        }

        return 1f;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Decode<TVec, TSimd>(float* words, out TVec w0, out TVec w1, out TVec w2, out TVec w3)
        where TVec : struct
        where TSimd : struct, ISimd<TVec>
    {
        const int Upper = unchecked((int)0xFFFF0000);
        TVec first = TSimd.Load(words);
        TVec second = TSimd.Load(words + TSimd.Lanes);
        w0 = TSimd.MaskWords(first, Upper);
        w1 = TSimd.ShiftWordsLeft(first, 16);
        w2 = TSimd.MaskWords(second, Upper);
        w3 = TSimd.ShiftWordsLeft(second, 16);
    }

    /// <summary>The largest finite number of the sign.</summary>
    private static uint Largest(uint bits) => (bits >> 31 << 15) | 0x7F7F;
}

/// <summary>Integers from -127 to 127, a step for each output: its largest weight / 127.</summary>
internal readonly struct Int8Code : IWeightCode
{
    public static int Bits => 8;

    public static float Encode(ReadOnlySpan<float> weights, Span<uint> codes)
    {
        // Smaller weights are as good as none; the factor must be a normal number.
        float largest = MathF.Max(Magnitude.Largest(weights), 1e-25f);
        for (int i = 0; i < weights.Length; i++)
        {
            codes[i] = (byte)(sbyte)MathF.Round(weights[i] / largest * 127f);
        }

        return largest / 127f;
    }
}
