using System.Text;
using AudioCodec.Classification;
using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Tests.Classification;

public sealed class ClassifierConfigTests
{
    private static readonly ClassifierConfig s_config = new() { Name = "judge", Labels = ["dog", "sea waves"], Status = CheckpointStatus.Preview, Temperature = 1.25, Filters = [4, 8] };

    [Fact]
    public void ToJson_ReadBack_IsEqual()
    {
        ClassifierConfig read = ClassifierConfig.Parse(s_config.ToJson(), "test");
        Assert.Equal(s_config with { Labels = read.Labels, Filters = read.Filters }, read);
        Assert.Equal(s_config.Labels, read.Labels);
        Assert.Equal(s_config.Filters, read.Filters);
        Assert.Contains("\"kind\": \"classifier\"", Encoding.UTF8.GetString(s_config.ToJson()), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_MissingKeys_HaveTheirDefaults()
    {
        ClassifierConfig read = ClassifierConfig.Parse("""{"kind": "classifier", "name": "a", "labels": ["x", "y"]}"""u8, "test");
        Assert.Equal((24000, 64, 100, 4, 1.0, CheckpointStatus.Release), (read.SampleRateHz, read.MelBands, read.WindowFrames, read.Members, read.Temperature, read.Status));
    }

    [Theory]
    [InlineData("""{"kind": "codec", "name": "a", "labels": ["x", "y"]}""", "kind")]
    [InlineData("""{"kind": "classifier", "labels": ["x", "y"]}""", "name")]
    [InlineData("""{"kind": "classifier", "name": "a"}""", "labels")]
    [InlineData("""{"kind": "classifier", "name": "a", "labels": ["x"]}""", "labels")]
    [InlineData("""{"kind": "classifier", "name": "a", "labels": ["x", "x"]}""", "labels")]
    [InlineData("""{"kind": "classifier", "name": "a", "labels": ["x", " "]}""", "labels")]
    [InlineData("""{"kind": "classifier", "name": "a", "labels": ["x", null]}""", "labels")]
    [InlineData("""{"kind": "classifier", "name": "a", "labels": ["x", "y"], "fft_size": 1000}""", "fft_size")]
    [InlineData("""{"kind": "classifier", "name": "a", "labels": ["x", "y"], "mel_bands": 100000}""", "mel_bands")]
    [InlineData("""{"kind": "classifier", "name": "a", "labels": ["x", "y"], "filters": [1, 2, 3, 4, 5, 6, 7, 8]}""", "filters")]
    [InlineData("""{"kind": "classifier", "name": "a", "labels": ["x", "y"], "temperature": 0}""", "temperature")]
    [InlineData("""{"kind": "classifier", "name": "a", "labels": ["x", "y"], "window_step_frames": 0}""", "window_step_frames")]
    [InlineData("""{"kind": "classifier", "name": "a", "labels": ["x", "y"], "lowest_hz": 12000}""", "lowest_hz")]
    [InlineData("""{"kind": "classifier", "name": "a", "labels": ["x", "y"], "layers": 3}""", "layers")]
    public void Parse_WrongValue_NamesTheKey(string json, string key)
    {
        ConfigException error = Assert.Throws<ConfigException>(() => ClassifierConfig.Parse(Encoding.UTF8.GetBytes(json), "test"));
        Assert.Equal(key, error.Key);
    }
}
