using System.Runtime.InteropServices;
using AudioCodec.Checkpoints;
using AudioCodec.Numerics;

namespace AudioCodec.Tests.Checkpoints;

public sealed class HalfPrecisionTests
{
    [Fact]
    public void ToSingle_EveryNumber_IsExact()
    {
        Half[] halves = [.. Enumerable.Range(0, 1 << 16).Select(bits => BitConverter.UInt16BitsToHalf((ushort)bits))];
        var values = new float[halves.Length];
        HalfPrecision.ToSingle(halves, values);
        for (int i = 0; i < halves.Length; i++)
        {
            Assert.True(
                Half.IsNaN(halves[i]) ? float.IsNaN(values[i]) : BitConverter.SingleToInt32Bits(values[i]) == BitConverter.SingleToInt32Bits((float)halves[i]),
                $"{i:x4} became {values[i]}");
        }

        // What is left over after whole vectors.
        for (int length = 0; length < 20; length++)
        {
            var few = new float[length + 1];
            HalfPrecision.ToSingle(halves.AsSpan(0x3C00, length), few);
            Assert.Equal(halves[0x3C00..(0x3C00 + length)].Select(half => (float)half).Append(0), few);
        }
    }

    [Fact]
    public void Largest_OfMagnitudes_KnowsSignsAndNaN()
    {
        for (int length = 1; length < 70; length++)
        {
            for (int place = 0; place < length; place++)
            {
                float[] values = [.. Enumerable.Range(0, length).Select(i => i == place ? -2f : 1f)];
                Assert.Equal(2f, Magnitude.Largest(values));
                values[place] = float.NaN;
                Assert.True(float.IsNaN(Magnitude.Largest(values)));
                values[place] = float.NegativeInfinity;
                Assert.Equal(float.PositiveInfinity, Magnitude.Largest(values));
            }
        }

        Assert.Equal(0, Magnitude.Largest([]));
        Assert.Equal(0, Magnitude.Largest(MemoryMarshal.Cast<int, float>([unchecked((int)0x80000000)])));
    }
}
