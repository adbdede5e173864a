using AudioCodec.TestSupport;
using AudioCodec.Training.Configuration;

namespace AudioCodec.Training.Tests.Configuration;

public sealed class SettingsFileTests
{
    public static TheoryData<string> Recipes() =>
        [.. Directory.GetFiles(Path.Combine(Fixtures.RepositoryRoot, "configs", "train"), "codec_*.yaml").Select(f => Path.GetFileName(f))];

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Load_ShippedRecipe_IsValid(string name)
    {
        CodecTrainSettings settings = SettingsFile.Load<CodecTrainSettings>(Path.Combine(Fixtures.RepositoryRoot, "configs", "train", name), []);
        settings.Validate();
        Assert.StartsWith("audiocodec_", settings.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Override_ReplacesValue()
    {
        CodecTrainSettings settings = SettingsFile.Load<CodecTrainSettings>(
            Path.Combine(Fixtures.RepositoryRoot, "configs", "train", "codec_24khz_cpu.yaml"), ["seanet.n_filters=8", "seanet.ratios=[2, 4]"]);
        Assert.Equal(8, settings.Seanet.NFilters);
        Assert.Equal([2, 4], settings.Seanet.Ratios);
    }

    [Theory]
    [InlineData("sea_net: {n_filters: 3}", "sea_net")]
    [InlineData("seanet: {filters: 3}", "filters")]
    [InlineData("optimizer: {momentum: 0.9}", "momentum")]
    public void Parse_UnknownKey_IsRefusedByName(string yaml, string key)
    {
        ConfigException error = Assert.Throws<ConfigException>(() => SettingsFile.Parse<CodecTrainSettings>(yaml));
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name: [")]
    [InlineData("sample_rate: fast")]
    [InlineData("- a list")]
    public void Parse_NotARecipe_IsRefused(string yaml) =>
        Assert.Throws<ConfigException>(() => SettingsFile.Parse<CodecTrainSettings>(yaml));

    [Theory]
    [InlineData("name: x\nseanet: {norm: batch}", "seanet.norm")]
    [InlineData("name: x\ndata: {batch_size: 0}", "data.batch_size")]
    [InlineData("name: x\nquantizer: {bins: 1000}", "quantizer.bins")]
    [InlineData("name: x\nlosses: {mel_form: cubic}", "losses.mel_form")]
    public void Validate_ForbiddenValue_NamesTheKey(string yaml, string key)
    {
        ConfigException error = Assert.Throws<ConfigException>(() => SettingsFile.Parse<CodecTrainSettings>(yaml).Validate());
        Assert.Equal(key, error.Key);
    }
}
