using AudioCodec.Numerics;

namespace AudioCodec.Tests.Numerics;

public sealed unsafe class AlignedArrayTests
{
    [Theory]
    [InlineData(1)]
    [InlineData((64 << 10) - 1)]
    [InlineData(64 << 10)]
    [InlineData((1 << 20) + 13)]
    [InlineData(17 << 20)]
    public void ForWeights_AnyLength_GivesAlignedZerosOfItsOwn(int length)
    {
        AlignedArray[] arrays = [.. Enumerable.Range(0, 3).Select(_ => AlignedArray.ForWeights(length))];
        for (int i = 0; i < arrays.Length; i++)
        {
            Assert.Equal(length, arrays[i].Length);
            Assert.Equal(length, arrays[i].Span.Length);
            Assert.Equal(0, (nint)arrays[i].Pointer % 64);
            Assert.Equal(-1, arrays[i].Span.IndexOfAnyExcept(0f));
            arrays[i].Span.Fill(i + 1);
        }

        for (int i = 0; i < arrays.Length; i++)
        {
            Assert.Equal(-1, arrays[i].Span.IndexOfAnyExcept(i + 1f));
            Assert.Equal(i + 1f, arrays[i].Pointer[length - 1]);
        }
    }
}
