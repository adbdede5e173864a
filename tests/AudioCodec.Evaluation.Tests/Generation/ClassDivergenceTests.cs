using AudioCodec.Evaluation.Generation;
using AudioCodec.TestSupport;

namespace AudioCodec.Evaluation.Tests.Generation;

public sealed class ClassDivergenceTests
{
    [Fact]
    public void Compute_GoldenLogits_EqualsAudioCraft()
    {
        using GoldenFile golden = GoldenFile.Open("generation_metrics");
        float[][] predicted = Probabilities(golden, "kl.predicted_logits"), target = Probabilities(golden, "kl.target_logits");
        for (int i = 0; i < predicted.Length; i++)
        {
            Assert.Equal(golden.Floats("kl.pq")[i], ClassDivergence.Compute(target[i], predicted[i]), 2e-6);
            Assert.Equal(golden.Floats("kl.qp")[i], ClassDivergence.Compute(predicted[i], target[i]), 2e-6);
        }

        Assert.Equal(golden.Floats("kl.mean_pq")[0], predicted.Zip(target, (p, t) => ClassDivergence.Compute(t, p)).Average(), 2e-6);
    }

    [Fact]
    public void Compute_ImpossibleClass_StaysFinite()
    {
        Assert.Equal(Math.Log(1e6), ClassDivergence.Compute([1, 0], [0, 1]), 1e-4);
        Assert.Equal(0, ClassDivergence.Compute([0.25f, 0.75f], [0.25f, 0.75f]), 3e-6);
        Assert.Throws<ArgumentException>(() => ClassDivergence.Compute([1], [0.5f, 0.5f]));
    }

    [Theory]
    [InlineData(7, 10, 0.3968, 0.8922)]
    [InlineData(0, 10, 0, 0.2775)]
    [InlineData(300, 300, 0.9874, 1)]
    [InlineData(162, 300, 0.4834, 0.5955)]
    public void Proportion_HasWilsonsInterval(int hits, int count, double low, double high)
    {
        var share = new Proportion(hits, count);
        Assert.Equal((double)hits / count, share.Value, 1e-12);
        Assert.Equal(low, share.Low, 1e-4);
        Assert.Equal(high, share.High, 1e-4);
    }

    private static float[][] Probabilities(GoldenFile golden, string name)
    {
        return
        [
            .. golden.Floats(name).Chunk(golden.Shape(name)[1]).Select(row =>
            {
                double sum = row.Sum(logit => Math.Exp(logit));
                return Array.ConvertAll(row, logit => (float)(Math.Exp(logit) / sum));
            }),
        ];
    }
}
