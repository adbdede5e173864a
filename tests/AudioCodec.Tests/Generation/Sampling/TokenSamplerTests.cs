using System.Text.Json;
using AudioCodec.Generation.Sampling;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Generation.Sampling;

public sealed class TokenSamplerTests
{
    private static readonly JsonElement[] s_cases = [.. JsonDocument.Parse(File.ReadAllBytes(Fixtures.Path("golden/sampling.json"))).RootElement.EnumerateArray()];

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, s_cases.Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Filter_GoldenCase_LeavesWhatTheReferenceLeaves(int index)
    {
        using GoldenFile golden = GoldenFile.Open("sampling");
        float[] logits = golden.Floats($"case{index}.logits");
        SamplingSettings settings = SettingsOf(s_cases[index]);
        if (settings.Temperature == 0)
        {
            Assert.Equal(Array.IndexOf(logits, logits.Max()), TokenSampler.Choose(logits, settings, 0.9));
            return;
        }

        var probabilities = new double[logits.Length];
        TokenSampler.Filter(logits, settings, probabilities);
        Assert.Equal(s_cases[index].GetProperty("kept").GetInt32(), probabilities.Count(p => (float)p > 0));
        double[] expected = Expected(golden, index, logits.Length);
        Assert.All(expected.Zip(probabilities), pair => Assert.Equal(pair.First, pair.Second, 2e-6 * Math.Max(pair.First, 1e-2)));
        Assert.Equal(1, probabilities.Sum(), 12);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Choose_GoldenCase_GivesTheReferencesTokens(int index)
    {
        using GoldenFile golden = GoldenFile.Open("sampling");
        float[] logits = golden.Floats($"case{index}.logits");
        SamplingSettings settings = SettingsOf(s_cases[index]);
        Assert.Equal(golden.Ints($"case{index}.tokens"), golden.Floats($"case{index}.u").Select(u => TokenSampler.Choose(logits, settings, u)));
    }

    [Fact]
    public void Apply_GoldenCase_GivesTheReferencesLogits()
    {
        using GoldenFile golden = GoldenFile.Open("sampling");
        float[] guided = golden.Floats("case12.cond");
        Guidance.Apply(guided, golden.Floats("case12.uncond"), 3, guided);
        Assert.Equal(golden.Floats("case12.logits"), guided);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Choose_LogitsThatAreNoNumbers_GivesNoToken(float fault)
    {
        float[] logits = [0, 1, fault, 2];
        Assert.Equal(-1, TokenSampler.Choose(logits, new SamplingSettings(1, 2, 0), 0.5));
        Assert.Equal(-1, TokenSampler.Choose(logits, SamplingSettings.Greedy, 0.5));
        Assert.Equal(-1, TokenSampler.Choose([float.NegativeInfinity, float.NegativeInfinity], SamplingSettings.Greedy, 0.5));
    }

    [Fact]
    public void Draw_NumberBeyondTheRoundedSum_GivesTheLastTokenThatIsLeft() =>
        Assert.Equal(1, TokenSampler.Draw([0.5, 0.5 - 1e-12, 0], 1 - 1e-15));

    [Fact]
    public void At_Places_HaveNumbersOfTheirOwn()
    {
        double[] numbers = [.. from take in Enumerable.Range(0, 4) from frame in Enumerable.Range(0, 500) from codebook in Enumerable.Range(0, 4) select TokenUniforms.At(7, take, frame, codebook)];
        Assert.Equal(numbers.Length, numbers.Distinct().Count());
        Assert.All(numbers, number => Assert.InRange(number, 0, 1 - double.Epsilon));
        Assert.Equal(0.5, numbers.Average(), 0.02);
        Assert.NotEqual(TokenUniforms.At(7, 0, 0, 0), TokenUniforms.At(8, 0, 0, 0));
    }

    [Theory]
    [InlineData(-0.1, 0, 0)]
    [InlineData(double.NaN, 0, 0)]
    [InlineData(double.PositiveInfinity, 0, 0)]
    [InlineData(1, -1, 0)]
    [InlineData(1, 0, 1.01)]
    [InlineData(1, 0, double.NaN)]
    public void Validate_NumbersOutOfRange_Throws(double temperature, int topK, double topP) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SamplingSettings(temperature, topK, topP).Validate());

    private static SamplingSettings SettingsOf(JsonElement golden) =>
        new(golden.GetProperty("temperature").GetDouble(), golden.GetProperty("top_k").GetInt32(), golden.GetProperty("top_p").GetDouble());

    private static double[] Expected(GoldenFile golden, int index, int tokens)
    {
        if (golden.Contains($"case{index}.probabilities"))
        {
            return [.. golden.Floats($"case{index}.probabilities").Select(p => (double)p)];
        }

        var expected = new double[tokens];
        foreach ((int id, float value) in golden.Ints($"case{index}.probability_ids").Zip(golden.Floats($"case{index}.probability_values")))
        {
            expected[id] = value;
        }

        return expected;
    }
}
