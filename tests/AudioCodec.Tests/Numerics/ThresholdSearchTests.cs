using AudioCodec.Numerics;

namespace AudioCodec.Tests.Numerics;

/// <summary>The search for large values against a plain loop.</summary>
public sealed class ThresholdSearchTests
{
    [Fact]
    public void Next_AllLengthsAndStarts_FindsWhatALoopFinds()
    {
        var random = new Random(1);
        for (int length = 0; length <= 200; length++)
        {
            float[] values = [.. Enumerable.Range(0, length).Select(_ => random.Next(20) == 0 ? float.NaN : random.NextSingle())];
            for (int start = 0; start <= length; start++)
            {
                float threshold = 2.5f + (0.5f * MathF.Pow(random.NextSingle(), 0.1f));
                int expected = start;
                while (expected < length && !(values[expected] + 2f >= threshold))
                {
                    expected++;
                }

                Assert.Equal(expected, ThresholdSearch.Next(values, start, 2f, threshold));
            }
        }
    }

    [Fact]
    public void Next_EqualToTheThreshold_IsFound_NotANumberNever()
    {
        Assert.Equal(1, ThresholdSearch.Next([float.NaN, 1.5f, 1.5f], 0, 1f, 2.5f));
        Assert.Equal(2, ThresholdSearch.Next([float.NaN, 1.5f, 1.5f], 2, 1f, 2.5f));
        Assert.Equal(1, ThresholdSearch.Next([float.NaN, float.NegativeInfinity], 0, 0f, float.NegativeInfinity));
        Assert.Equal(2, ThresholdSearch.Next([float.NaN, 1f], 0, 0f, float.NaN));
    }
}
