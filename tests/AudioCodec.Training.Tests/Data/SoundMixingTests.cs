using AudioCodec.TestSupport;
using AudioCodec.Training.Data;

namespace AudioCodec.Training.Tests.Data;

public sealed class SoundMixingTests
{
    [Fact]
    public void Mix_GoldenCases_EqualAudioCraft()
    {
        using GoldenFile golden = GoldenFile.Open("mixing");
        string[] cases = [.. golden.Names.Where(n => n.EndsWith(".params", StringComparison.Ordinal)).Select(n => n.Split('.')[0])];
        Assert.NotEmpty(cases);
        foreach (string name in cases)
        {
            float[] parameters = golden.Floats($"{name}.params");
            float[] expected = golden.Floats($"{name}.mixed");
            int rows = golden.Shape($"{name}.mixed")[0];
            float[][] sources = Rows(golden.Floats($"{name}.source"), rows), targets = Rows(golden.Floats($"{name}.target"), rows);
            float[] actual = [.. Enumerable.Range(0, rows).SelectMany(r => SoundMixing.Mix(sources[r], targets[r], (int)parameters[0], (int)parameters[1], (int)parameters[2]))];
            Assert.Equal(expected.Length, actual.Length);
            Assert.All(actual.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 2e-6f));
        }
    }

    [Fact]
    public void Mix_Silence_StaysFinite()
    {
        Assert.All(SoundMixing.Mix(new float[100], new float[30], 5, 20, -20), v => Assert.Equal(0, v));
        Assert.All(SoundMixing.Mix(Enumerable.Repeat(0.5f, 100).ToArray(), new float[300], -5, 50, -15), v => Assert.True(float.IsFinite(v)));
    }

    [Theory]
    [InlineData("a dog barks", "rain falls", "a dog barks rain falls")]
    [InlineData("rain falls", "rain falls", "rain falls")]
    public void Join_Captions_AsAudioCraft(string source, string target, string expected) => Assert.Equal(expected, SoundMixing.Join(source, target));

    private static float[][] Rows(float[] values, int rows) => [.. values.Chunk(values.Length / rows)];
}
