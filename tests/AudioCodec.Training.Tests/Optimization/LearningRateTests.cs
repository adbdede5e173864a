using AudioCodec.Training.Configuration;
using AudioCodec.Training.Optimization;

namespace AudioCodec.Training.Tests.Optimization;

public sealed class LearningRateTests
{
    private static readonly OptimizerSettings s_cosine = new() { Schedule = "cosine", WarmupSteps = 100, FinalRatio = 0.05 };

    [Fact]
    public void Cosine_WarmsUpAndEndsAtTheFinalRatio()
    {
        Assert.Equal(0.01, LearningRate.At(s_cosine, 1, 0, 1000), 12);
        Assert.Equal(1, LearningRate.At(s_cosine, 1, 100, 1000), 12);
        Assert.Equal(0.525, LearningRate.At(s_cosine, 1, 550, 1000), 12);
        Assert.Equal(0.05, LearningRate.At(s_cosine, 1, 1000, 1000), 12);
    }

    [Fact]
    public void Constant_StaysAtThePeakAfterTheWarmup() =>
        Assert.Equal(3e-4, LearningRate.At(new OptimizerSettings { WarmupSteps = 10 }, 3e-4, 500, 1000), 12);

    /// <summary>What joins late warms up on its own, and then falls in step with what was there from the start.</summary>
    [Fact]
    public void LateStart_WarmsUpThenKeepsTheRatioToTheGenerators()
    {
        const double Peak = 2;
        Assert.Equal(Peak * LearningRate.At(s_cosine, 1, 400, 1000) / 100, LearningRate.At(s_cosine, Peak, 400, 1000, start: 400), 12);
        Assert.All(
            new long[] { 500, 700, 1000 },
            step => Assert.Equal(Peak * LearningRate.At(s_cosine, 1, step, 1000), LearningRate.At(s_cosine, Peak, step, 1000, start: 400), 12));
    }
}
