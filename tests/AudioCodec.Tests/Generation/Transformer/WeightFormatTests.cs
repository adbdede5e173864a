using AudioCodec.Checkpoints;
using AudioCodec.Generation.Transformer;
using AudioCodec.Numerics;
using AudioCodec.Tests.Numerics;
using AudioCodec.TestSupport;
using AudioCodec.Text;

namespace AudioCodec.Tests.Generation.Transformer;

/// <summary>What a compact format of the weights changes: root mean square difference of the logits, relative to their standard deviation.</summary>
/// <remarks>The bars are 1.5 times the largest difference of the three models when they were set.</remarks>
public sealed class WeightFormatTests(ITestOutputHelper output)
{
    private const int Steps = 48;

    [Theory]
    [InlineData(WeightFormat.F16, 8e-4)]
    [InlineData(WeightFormat.BF16, 6e-3)]
    [InlineData(WeightFormat.I8, 2e-2)]
    public void Logits_OfTheTinyAudioGen_DifferByLittle(WeightFormat format, double bar) =>
        AssertDifference(TinyTokenModels.AudioGenConfig, TinyTokenModels.AudioGenWeights(), format, bar);

    [Theory]
    [InlineData(WeightFormat.F16, 8e-4)]
    [InlineData(WeightFormat.BF16, 6e-3)]
    [InlineData(WeightFormat.I8, 2e-2)]
    public void Logits_OfTheTinyMusicGen_DifferByLittle(WeightFormat format, double bar) =>
        AssertDifference(TinyTokenModels.MusicGenConfig, TinyTokenModels.MusicGenWeights(), format, bar);

    [Theory]
    [InlineData(WeightFormat.F16, 8e-4)]
    [InlineData(WeightFormat.BF16, 6e-3)]
    [InlineData(WeightFormat.I8, 2e-2)]
    public void Logits_Of24Layers_DifferByLittle(WeightFormat format, double bar)
    {
        TokenModelConfig config = new()
        {
            Dimension = 256,
            Heads = 8,
            Layers = 24,
            FeedForward = 1024,
            Codebooks = 4,
            CodebookSize = 512,
            TextWidth = 64,
        };
        AssertDifference(config, FormulaWeights.TokenModel(config), format, bar);
    }

    private void AssertDifference(TokenModelConfig config, StateDict weights, WeightFormat format, double bar)
    {
        TextStates text = new(GuardedArray.Random(9 * config.TextWidth, 1), config.TextWidth);
        int[] tokens = TinyTokenModels.RandomTokens(config, 2, Steps, 2);
        float[] single = TinyTokenModels.EveryStep(TokenModel.Load(config, weights).Start([text, null], Steps), tokens, config);
        float[] compact = TinyTokenModels.EveryStep(TokenModel.Load(config, weights, format).Start([text, null], Steps), tokens, config);
        double mean = single.Average();
        double deviation = Math.Sqrt(single.Average(v => (v - mean) * (v - mean)));
        double difference = Math.Sqrt(single.Zip(compact).Average(pair => Math.Pow(pair.First - pair.Second, 2)));
        output.WriteLine($"{format}: {difference / deviation:0.0e+0}");
        Assert.InRange(difference / deviation, double.Epsilon, bar);
    }
}
