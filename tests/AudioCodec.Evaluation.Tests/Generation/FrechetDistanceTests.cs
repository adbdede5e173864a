using AudioCodec.Evaluation.Generation;
using AudioCodec.Numerics;
using AudioCodec.TestSupport;

namespace AudioCodec.Evaluation.Tests.Generation;

public sealed class FrechetDistanceTests
{
    [Fact]
    public void To_GoldenSets_EqualsReference()
    {
        using GoldenFile golden = GoldenFile.Open("generation_metrics");
        float[][] x = Rows(golden, "fad.x"), y = Rows(golden, "fad.y");
        var distance = new FrechetDistance(x);
        Assert.Equal(golden.Floats("fad.value")[0], distance.To(y), 1e-5);
        Assert.Equal(golden.Floats("fad.value")[0], new FrechetDistance(y).To(x), 1e-5);
        Assert.Equal(0, distance.To(x), 1e-9);
        Assert.InRange(golden.Floats("fad.same")[0], -1e-6, 1e-6);
    }

    [Fact]
    public void To_FewerSamplesThanDimensions_IsStable()
    {
        using GoldenFile golden = GoldenFile.Open("generation_metrics");
        float[][] x = Rows(golden, "fad.x"), y = Rows(golden, "fad.y");
        float expected = golden.Floats("fad.few_samples")[0];
        Assert.Equal(expected, new FrechetDistance(x[..6]).To(y), 1e-4);
        Assert.Equal(expected, new FrechetDistance(y).To(x[..6]), 1e-4);
    }

    [Fact]
    public void To_KnownNormalDistributions_GivesTheFormula()
    {
        // Independent coordinates: (m1 - m2)^2 + (s1 - s2)^2 for each.
        SplitMix random = new(5);
        float[][] Draw(double mean, double deviation, int count) => [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, 3).Select(_ => (float)(mean + (deviation * Normal(random)))).ToArray())];
        double distance = new FrechetDistance(Draw(0, 1, 40000)).To(Draw(0.5, 3, 40000));
        Assert.Equal(3 * (0.25 + 4), distance, 0.2);
    }

    [Fact]
    public void To_ConstantVectors_IsTheDistanceOfMeans()
    {
        float[][] zeros = [new float[4], new float[4]], ones = [[1, 1, 1, 1], [1, 1, 1, 1]];
        Assert.Equal(4, new FrechetDistance(zeros).To(ones), 1e-12);
    }

    [Fact]
    public void To_BadSets_AreRefused()
    {
        float[][] good = [[1, 2], [3, 4]];
        Assert.Throws<ArgumentException>(() => new FrechetDistance([]));
        Assert.Throws<ArgumentException>(() => new FrechetDistance([[1, 2]]));
        Assert.Throws<ArgumentException>(() => new FrechetDistance([[1, 2], [3]]));
        Assert.Throws<ArgumentException>(() => new FrechetDistance([[1, float.NaN], [3, 4]]));
        Assert.Throws<ArgumentException>(() => new FrechetDistance(good).To([[1, 2, 3], [3, 4, 5]]));
        Assert.Throws<ArgumentException>(() => new FrechetDistance(good).To([[1, float.PositiveInfinity], [3, 4]]));
    }

    [Fact]
    public void Extrapolation_OfSetsFromTheReferencesDistribution_IsNearZero()
    {
        SplitMix random = new(9);
        float[][] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, 16).Select(_ => (float)Normal(random)).ToArray())];
        var distance = new FrechetDistance(Draw(20000));
        float[][] set = Draw(200);
        FrechetExtrapolation found = FrechetExtrapolation.Of(distance, set, 100, 1);
        Assert.True(found.Distance > 0.5, $"{found}");
        Assert.True(found.AtCommonCount > 1.5 * found.Distance, $"{found}");
        Assert.InRange(found.Infinite, -0.3 * found.Distance, 0.3 * found.Distance);
        Assert.Equal(found, FrechetExtrapolation.Of(distance, set, 100, 1));
    }

    [Fact]
    public void Extrapolation_OfTooFew_IsNotMade()
    {
        float[][] few = [[1, 2, 3], [2, 1, 5], [0, 0, 1]];
        FrechetExtrapolation found = FrechetExtrapolation.Of(new FrechetDistance(few), few, 3, 1);
        Assert.True(double.IsNaN(found.Infinite));
        Assert.Equal((3, found.Distance), (found.Vectors, found.AtCommonCount));
    }

    [Fact]
    public void Decompose_RandomSymmetricMatrix_GivesItBack()
    {
        const int N = 24;
        SplitMix random = new(3);
        var matrix = new double[N * N];
        for (int i = 0; i < N; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                matrix[(i * N) + j] = matrix[(j * N) + i] = Normal(random);
            }
        }

        (double[] values, double[] vectors) = SymmetricEigen.Decompose([.. matrix], N, withVectors: true);
        for (int i = 0; i < N; i++)
        {
            for (int j = 0; j < N; j++)
            {
                double sum = Enumerable.Range(0, N).Sum(k => values[k] * vectors[(i * N) + k] * vectors[(j * N) + k]);
                Assert.Equal(matrix[(i * N) + j], sum, 1e-12);
            }
        }
    }

    private static double Normal(SplitMix random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static float[][] Rows(GoldenFile golden, string name)
    {
        int columns = golden.Shape(name)[1];
        return [.. golden.Floats(name).Chunk(columns)];
    }
}
