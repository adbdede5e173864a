using System.Runtime.Intrinsics;
using AudioCodec.Numerics.Vectors;

namespace AudioCodec.Tests.Numerics.Vectors;

/// <summary>Every tier's operations against one float at a time; each tier works on every machine.</summary>
public sealed unsafe class SimdTests
{
    private static readonly float[] s_special = [0f, -0f, 1f, -1f, 3e38f, -3e38f, 1e-42f, float.PositiveInfinity, float.NegativeInfinity, float.NaN];

    [Fact]
    public void Vector128_EveryOperation_IsThatOfOneLane() => Check<Vector128<float>, Simd128>();

    [Fact]
    public void Vector256_EveryOperation_IsThatOfOneLane() => Check<Vector256<float>, Simd256>();

    [Fact]
    public void Vector512_EveryOperation_IsThatOfOneLane() => Check<Vector512<float>, Simd512>();

    [Fact]
    public void Scalar_Larger_IsTheRightOneUnlessTheLeftIsGreater()
    {
        Assert.Equal(2f, SimdScalar.Larger(2f, 1f));
        Assert.Equal(2f, SimdScalar.Larger(1f, 2f));
        Assert.Equal(1f, SimdScalar.Larger(float.NaN, 1f));
        Assert.Equal(float.NaN, SimdScalar.Larger(1f, float.NaN));
        Assert.Equal(float.NaN, SimdScalar.Max(1f, float.NaN));
        Assert.Equal(float.NaN, SimdScalar.Min(float.NaN, 1f));
    }

    [Fact]
    public void Scalar_Halves_MakeUpTheWord()
    {
        int word = (-5 << 16) + 1234;
        Assert.Equal(1234f * 65536f, SimdScalar.LoadLowerHalves(&word));
        Assert.Equal((-5f * 65536f) + 1234f, SimdScalar.LoadUpperHalves(&word));
    }

    [Fact]
    public void Scalar_Words_AreSignedIntegers()
    {
        float word = BitConverter.Int32BitsToSingle(unchecked((int)0xC1234567));
        Assert.Equal(unchecked((int)0xC1000007), BitConverter.SingleToInt32Bits(SimdScalar.MaskWords(word, unchecked((int)0xFF00000F))));
        Assert.Equal(unchecked((int)0x12345670), BitConverter.SingleToInt32Bits(SimdScalar.ShiftWordsLeft(word, 4)));
        Assert.Equal(unchecked((int)0xFC123456), BitConverter.SingleToInt32Bits(SimdScalar.ShiftWordsRight(word, 4)));
    }

    [Fact]
    public void Scalar_Pairs_AreSignedIntegersOf16Bits()
    {
        sbyte* bytes = stackalloc sbyte[] { -3, 100 };
        float pair = SimdScalar.JoinLowerHalves(BitConverter.Int32BitsToSingle(0x7001FFFE), BitConverter.Int32BitsToSingle(0x12348000));
        Assert.Equal(unchecked((int)0x8000FFFE), BitConverter.SingleToInt32Bits(pair));
        float sums = SimdScalar.AddPairProducts(BitConverter.Int32BitsToSingle(5), pair, SimdScalar.LoadBytePairs(bytes));
        Assert.Equal(5f + (-2f * -3f) + (-32768f * 100f), SimdScalar.ToSingle(sums));
    }

    [Fact]
    public void Scalar_ShiftExponent_MultipliesByAPowerOfTwo()
    {
        // 1.5 * 2^23 + n holds n in its lowest bits.
        Assert.Equal(1.25f * 32f, SimdScalar.ShiftExponent(1.25f, 12582912f + 5));
        Assert.Equal(1.25f / 32f, SimdScalar.ShiftExponent(1.25f, 12582912f - 5));
    }

    private static void Check<TVec, TSimd>()
        where TVec : struct
        where TSimd : struct, ISimd<TVec>
    {
        float[] left = Values(1);
        float[] right = Values(2);
        float[] third = Values(3);
        Same<TVec, TSimd>(left, right, third, (a, b, _) => TSimd.Add(a, b), (a, b, _) => SimdScalar.Add(a, b));
        Same<TVec, TSimd>(left, right, third, (a, b, _) => TSimd.Subtract(a, b), (a, b, _) => SimdScalar.Subtract(a, b));
        Same<TVec, TSimd>(left, right, third, (a, b, _) => TSimd.Multiply(a, b), (a, b, _) => SimdScalar.Multiply(a, b));
        Same<TVec, TSimd>(left, right, third, (a, b, _) => TSimd.Divide(a, b), (a, b, _) => SimdScalar.Divide(a, b));
        Same<TVec, TSimd>(left, right, third, (a, b, _) => TSimd.Larger(a, b), (a, b, _) => SimdScalar.Larger(a, b));
        Same<TVec, TSimd>(left, right, third, (a, b, _) => TSimd.Max(a, b), (a, b, _) => SimdScalar.Max(a, b));
        Same<TVec, TSimd>(left, right, third, (a, b, _) => TSimd.Min(a, b), (a, b, _) => SimdScalar.Min(a, b));
        Same<TVec, TSimd>(left, right, third, TSimd.SelectPositive, SimdScalar.SelectPositive);
        Same<TVec, TSimd>(left, right, third, (a, b, _) => TSimd.ShiftExponent(a, b), (a, b, _) => SimdScalar.ShiftExponent(a, b));
        Same<TVec, TSimd>(left, right, third, (_, _, _) => TSimd.Broadcast(7.5f), (_, _, _) => 7.5f);
        Same<TVec, TSimd>(left, right, third, (a, _, _) => TSimd.MaskWords(a, 0x7FFF0FF0), (a, _, _) => SimdScalar.MaskWords(a, 0x7FFF0FF0));
        Same<TVec, TSimd>(left, right, third, (a, _, _) => TSimd.ShiftWordsLeft(a, 5), (a, _, _) => SimdScalar.ShiftWordsLeft(a, 5));
        Same<TVec, TSimd>(left, right, third, (a, _, _) => TSimd.ShiftWordsRight(a, 9), (a, _, _) => SimdScalar.ShiftWordsRight(a, 9));

        Same<TVec, TSimd>(left, right, third, (a, _, _) => TSimd.ToSingle(a), (a, _, _) => SimdScalar.ToSingle(a));
        Same<TVec, TSimd>(left, right, third, (a, b, _) => TSimd.JoinLowerHalves(a, b), (a, b, _) => SimdScalar.JoinLowerHalves(a, b));
        Same<TVec, TSimd>(left, right, third, TSimd.AddPairProducts, SimdScalar.AddPairProducts);

        // Small integers: fused or not, there is nothing to round.
        float[] integers = [.. Enumerable.Range(-32, 64).Select(i => (float)i)];
        Same<TVec, TSimd>(integers, [.. integers.Reverse()], integers, TSimd.MultiplyAdd, SimdScalar.MultiplyAdd);
        CheckWords<TVec, TSimd>();
    }

    private static void CheckWords<TVec, TSimd>()
        where TVec : struct
        where TSimd : struct, ISimd<TVec>
    {
        Random random = new(4);
        int* words = stackalloc int[TSimd.Lanes];
        float* values = stackalloc float[TSimd.Lanes];
        int* truncated = stackalloc int[TSimd.Lanes];
        for (int i = 0; i < TSimd.Lanes; i++)
        {
            words[i] = random.Next(int.MinValue, int.MaxValue);
        }

        TSimd.Store(values, TSimd.LoadUpperHalves(words));
        TSimd.StoreTruncated(truncated, TSimd.Divide(TSimd.LoadUpperHalves(words), TSimd.Broadcast(3000f)));
        for (int i = 0; i < TSimd.Lanes; i++)
        {
            Assert.Equal(SimdScalar.LoadUpperHalves(words + i), values[i]);
            Assert.Equal((int)(SimdScalar.LoadUpperHalves(words + i) / 3000f), truncated[i]);
        }

        var pairs = (short*)truncated;
        TSimd.Store((float*)truncated, TSimd.LoadBytePairs((sbyte*)words));
        for (int i = 0; i < 2 * TSimd.Lanes; i++)
        {
            Assert.Equal(((sbyte*)words)[i], pairs[i]);
        }

        TSimd.Store(values, TSimd.LoadLowerHalves(words));
        float sum = 0;
        for (int i = 0; i < TSimd.Lanes; i++)
        {
            Assert.Equal(SimdScalar.LoadLowerHalves(words + i), values[i]);
            values[i] = i;
            sum += i;
        }

        Assert.Equal(sum, TSimd.Sum(TSimd.Load(values)));
    }

    private static void Same<TVec, TSimd>(
        float[] left, float[] right, float[] third, Func<TVec, TVec, TVec, TVec> wide, Func<float, float, float, float> one)
        where TVec : struct
        where TSimd : struct, ISimd<TVec>
    {
        var actual = new float[left.Length];
        fixed (float* a = left, b = right, c = third, result = actual)
        {
            for (int i = 0; i + TSimd.Lanes <= left.Length; i += TSimd.Lanes)
            {
                TSimd.Store(result + i, wide(TSimd.Load(a + i), TSimd.Load(b + i), TSimd.Load(c + i)));
            }

            for (int i = 0; i < left.Length / TSimd.Lanes * TSimd.Lanes; i++)
            {
                float expected = one(a[i], b[i], c[i]);
                Assert.True(
                    float.IsNaN(expected) ? float.IsNaN(actual[i]) : BitConverter.SingleToInt32Bits(expected) == BitConverter.SingleToInt32Bits(actual[i]),
                    $"{a[i]}, {b[i]}, {c[i]} give {actual[i]}, one lane {expected}.");
            }
        }
    }

    /// <summary>All pairs of special values (the first two calls), then ordinary ones.</summary>
    private static float[] Values(int which)
    {
        Random random = new(which);
        int n = s_special.Length;
        return [.. Enumerable.Range(0, 12 * 16).Select(i => i >= n * n ? random.NextSingle() - 0.5f : s_special[which == 1 ? i / n : i % n])];
    }
}
