using System.Runtime.CompilerServices;

namespace AudioCodec.Numerics.Vectors;

/// <summary>One lane: runs wherever .NET runs, and defines what the wider tiers compute.</summary>
internal readonly unsafe struct SimdScalar : ISimd<float>
{
    public static int Lanes => 1;

    public static bool HasManyRegisters => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(float* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* destination, float value) => *destination = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Broadcast(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Add(float left, float right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Subtract(float left, float right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Multiply(float left, float right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Divide(float left, float right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Larger(float left, float right) => left > right ? left : right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ShiftExponent(float value, float exponent) =>
        BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value) + (BitConverter.SingleToInt32Bits(exponent) << 23));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadUpperHalves(int* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadLowerHalves(int* source) => *source << 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTruncated(int* destination, float value) => *destination = (int)value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaskWords(float words, int mask) => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(words) & mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ShiftWordsLeft(float words, int count) => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(words) << count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ShiftWordsRight(float words, int count) => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(words) >> count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ToSingle(float words) => BitConverter.SingleToInt32Bits(words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float JoinLowerHalves(float lower, float upper) =>
        BitConverter.Int32BitsToSingle((BitConverter.SingleToInt32Bits(lower) & 0xFFFF) | (BitConverter.SingleToInt32Bits(upper) << 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadBytePairs(sbyte* source) => BitConverter.Int32BitsToSingle((source[0] & 0xFFFF) | (source[1] << 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float AddPairProducts(float sums, float left, float right)
    {
        int a = BitConverter.SingleToInt32Bits(left);
        int b = BitConverter.SingleToInt32Bits(right);
        return BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(sums) + ((short)a * (short)b) + ((a >> 16) * (b >> 16)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAdd(float left, float right, float addend) => (left * right) + addend;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(float left, float right) => MathF.Max(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Min(float left, float right) => MathF.Min(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SelectPositive(float value, float positive, float other) => value > 0 ? positive : other;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(float value) => value;
}
