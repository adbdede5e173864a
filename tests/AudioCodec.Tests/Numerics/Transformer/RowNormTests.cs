using AudioCodec.Numerics;
using AudioCodec.Numerics.Transformer;

namespace AudioCodec.Tests.Numerics.Transformer;

/// <summary>LayerNorm and RmsNorm.</summary>
public sealed unsafe class RowNormTests
{
    [Fact]
    public void Apply_PowersOfTwo_IsExact()
    {
        // Mean 3 and variance 1, with epsilon 3 half of each difference; the root mean square of the second row is 2.
        for (int width = 2; width <= 130; width += 2)
        {
            float[] signs = [.. Enumerable.Range(0, width).Select(i => i % 2 == 0 ? 1f : -1f)];
            float[] gain = [.. Enumerable.Range(0, width).Select(i => (float)(1 << (i % 5)))];
            float[] bias = GuardedArray.Integers(width, width);
            Assert.Equal(
                Enumerable.Range(0, width).Select(i => (0.5f * signs[i] * gain[i]) + bias[i]),
                Apply(new LayerNorm(gain, bias, 3f), [.. signs.Select(s => 3 + s)]));
            Assert.Equal(
                Enumerable.Range(0, width).Select(i => signs[i] * gain[i]),
                Apply(new RmsNorm(gain, 0f), [.. signs.Select(s => 2 * s)]));
        }
    }

    [Fact]
    public void Apply_AnyWidth_AgreesWithDoublePrecision()
    {
        for (int width = 1; width <= 257; width++)
        {
            float[] x = GuardedArray.Random(3 * width, width);
            float[] gain = GuardedArray.Random(width, 1);
            float[] bias = GuardedArray.Random(width, 2);
            AssertClose(Oracle(x, gain, bias, 1e-5, centered: true), Apply(new LayerNorm(gain, bias, 1e-5f), x), 1e-5);
            AssertClose(Oracle(x, gain, null, 1e-5, centered: true), Apply(new LayerNorm(gain, [], 1e-5f), x), 1e-5);
            AssertClose(Oracle(x, gain, null, 1e-6, centered: false), Apply(new RmsNorm(gain, 1e-6f), x), 2e-6);
        }
    }

    [Fact]
    public void LayerNorm_MeanFarFromZero_KeepsItsAccuracy()
    {
        const int Width = 1536;
        float[] x = [.. GuardedArray.Random(Width, 5).Select(v => 1000 + v)];
        float[] ones = [.. Enumerable.Repeat(1f, Width)];

        // The mean is rounded to 2^-14 at this size; an element's error is that over the deviation of 0.58.
        AssertClose(Oracle(x, ones, null, 1e-5, centered: true), Apply(new LayerNorm(ones, [], 1e-5f), x), 2e-4);
    }

    [Fact]
    public void Apply_RowOfZeros_GivesTheBias()
    {
        float[] bias = GuardedArray.Random(20, 1);
        Assert.Equal(bias, Apply(new LayerNorm([.. Enumerable.Repeat(2f, 20)], bias, 1e-5f), new float[20]));
        Assert.Equal(new float[20], Apply(new RmsNorm([.. Enumerable.Repeat(2f, 20)], 1e-6f), new float[20]));
    }

    [Fact]
    public void Apply_InPlaceAndRowByRow_GivesTheSameBits()
    {
        const int Width = 37;
        float[] x = GuardedArray.Random(4 * Width, 6);
        RowNorm norm = new LayerNorm(GuardedArray.Random(Width, 7), GuardedArray.Random(Width, 8), 1e-5f);
        float[] whole = Apply(norm, x);
        GuardedArray rows = new(x);
        for (int row = 0; row < 4; row++)
        {
            norm.Apply(rows.Pointer + (row * Width), 1, rows.Pointer + (row * Width));
        }

        Assert.Equal(whole, rows.Read());
    }

    [Fact]
    public void Apply_Again_AllocatesNothing()
    {
        RowNorm norm = new LayerNorm(new float[50], new float[50], 1e-5f);
        GuardedArray x = new(100);
        SteadyState.AssertAllocatesNothing(() => norm.Apply(x.Pointer, 2, x.Pointer));
    }

    [Fact]
    public void Constructor_LengthsThatDisagree_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new LayerNorm(new float[3], new float[2], 1e-5f));

    private static float[] Apply(RowNorm norm, float[] x)
    {
        GuardedArray source = new(x);
        GuardedArray destination = new(x.Length);
        norm.Apply(source.Pointer, x.Length / norm.Width, destination.Pointer);
        Assert.Equal(x, source.Read());
        return destination.Read();
    }

    private static double[] Oracle(float[] x, float[] gain, float[]? bias, double epsilon, bool centered) =>
        [.. x.Chunk(gain.Length).SelectMany(row =>
        {
            double mean = centered ? row.Average(v => (double)v) : 0;
            double inverse = 1 / Math.Sqrt(row.Average(v => (v - mean) * (v - mean)) + epsilon);
            return row.Select((v, i) => ((v - mean) * inverse * gain[i]) + (bias is null ? 0 : bias[i]));
        })];

    private static void AssertClose(double[] expected, float[] actual, double tolerance)
    {
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.InRange(Math.Abs(actual[i] - expected[i]), 0, tolerance * Math.Max(1, Math.Abs(expected[i])));
        }
    }
}
