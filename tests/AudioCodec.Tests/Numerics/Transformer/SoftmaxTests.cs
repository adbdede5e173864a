using AudioCodec.Numerics.Transformer;

namespace AudioCodec.Tests.Numerics.Transformer;

public sealed unsafe class SoftmaxTests
{
    [Fact]
    public void Apply_EqualElements_IsExact()
    {
        for (int count = 1; count <= 256; count *= 2)
        {
            Assert.Equal(Enumerable.Repeat(1f / count, count), Apply([.. Enumerable.Repeat(-7.25f, count)]));
        }
    }

    [Fact]
    public void Apply_AnyLength_AgreesWithDoublePrecision()
    {
        for (int count = 1; count <= 257; count++)
        {
            float[] x = [.. GuardedArray.Random(count, count).Select(v => 10 * v)];
            AssertOracle(x, Apply(x));
        }
    }

    [Fact]
    public void Apply_Bias_IsAddedAndMinusInfinityLeavesOut()
    {
        for (int count = 2; count <= 40; count++)
        {
            float[] x = GuardedArray.Random(count, count);
            float[] bias = GuardedArray.Random(count, 1);
            bias[count / 2] = float.NegativeInfinity;
            float[] actual = Apply(x, bias);
            Assert.Equal(0f, actual[count / 2]);
            AssertOracle([.. x.Zip(bias, (a, b) => a + b)], actual);
        }
    }

    [Fact]
    public void Apply_ElementsFarApart_DoesNotOverflow()
    {
        Assert.Equal([1f, 0f, 0f], Apply([3e38f, 0f, -3e38f]));
        Assert.Equal([0.5f, 0f, 0.5f], Apply([-1e4f, -2e4f, -1e4f]));
    }

    [Fact]
    public void Apply_NaN_SpoilsTheRow()
    {
        float[] x = new float[40];
        x[33] = float.NaN;
        Assert.All(Apply(x), v => Assert.True(float.IsNaN(v)));
    }

    [Fact]
    public void Apply_NoElements_DoesNothing() => Assert.Empty(Apply([]));

    private static float[] Apply(float[] x, float[]? bias = null)
    {
        GuardedArray row = new(x);
        fixed (float* terms = bias)
        {
            Softmax.Apply(row.Pointer, x.Length, terms);
        }

        return row.Read();
    }

    private static void AssertOracle(float[] x, float[] actual)
    {
        double max = x.Max();
        double sum = x.Sum(v => Math.Exp(v - max));
        for (int i = 0; i < x.Length; i++)
        {
            double expected = Math.Exp(x[i] - max) / sum;
            Assert.InRange(Math.Abs(actual[i] - expected), 0, (2 + Math.Min(100, max - x[i]) + Math.Sqrt(x.Length)) * Math.Pow(2, -22) * expected);
        }

        Assert.Equal(1, actual.Sum(v => (double)v), 1e-6);
    }
}
