using System.Globalization;
using System.Text.Json;
using AudioCodec.TestSupport;
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

    /// <summary>
    /// AudioCraft's schedules. Its cosine warms up from a first update with rate 0, which changes nothing: ours leaves that one out, and is one update ahead
    /// until the peak.
    /// </summary>
    [Fact]
    public void Schedules_EqualAudioCrafts()
    {
        using JsonDocument file = JsonDocument.Parse(File.ReadAllBytes(Fixtures.Path("golden/lr_schedules.json")));
        int compared = 0;
        foreach (JsonElement schedule in file.RootElement.EnumerateArray())
        {
            string kind = schedule.GetProperty("kind").GetString()!;
            int warmup = schedule.GetProperty("warmup").GetInt32();
            var settings = new OptimizerSettings
            {
                Schedule = kind,
                WarmupSteps = warmup,
                FinalRatio = schedule.TryGetProperty("min_ratio", out JsonElement ratio) ? ratio.GetDouble() : 0,
            };
            int steps = schedule.TryGetProperty("total", out JsonElement total) ? total.GetInt32() : 0;
            foreach (JsonProperty entry in schedule.GetProperty("lr_of_update").EnumerateObject())
            {
                int update = int.Parse(entry.Name, CultureInfo.InvariantCulture);
                int ahead = kind == "cosine" && update < warmup ? 1 : 0;
                if (update >= ahead)
                {
                    double peak = schedule.GetProperty("lr").GetDouble();
                    Assert.Equal(entry.Value.GetDouble(), LearningRate.At(settings, peak, update - ahead, steps), 1e-9 * peak);
                    compared++;
                }
            }
        }

        Assert.Equal(20, compared);
    }
}
