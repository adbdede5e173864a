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
    [InlineData("name: x\nlosses: {l1: -1}", "losses.l1")]
    [InlineData("name: x\nlosses: {envelope: {}}", "losses.envelope")]
    [InlineData("name: x\nlosses: {mel: {5: 1e999}}", "losses.mel")]
    [InlineData("name: x\nlosses: {texture: 1}\ndata: {crop_seconds: 0.2}", "losses.texture")]
    [InlineData("name: x\nquantizer: {search_width: 65}", "quantizer.search_width")]
    public void Validate_ForbiddenValue_NamesTheKey(string yaml, string key)
    {
        ConfigException error = Assert.Throws<ConfigException>(() => SettingsFile.Parse<CodecTrainSettings>(yaml).Validate());
        Assert.Equal(key, error.Key);
    }

    [Fact]
    public void StepValue_HoldsFromItsStep_AndSurvivesTheRecordOfARun()
    {
        var settings = SettingsFile.Parse<CodecTrainSettings>("losses: {l1: 0.25, envelope: {100: 1, 2000: 0.5}}");
        foreach (LossSettings losses in new[] { settings.Losses, SettingsFile.Parse<CodecTrainSettings>(SettingsFile.ToYaml(settings)).Losses })
        {
            Assert.Equal([0.25, 0.25, 0.25], new long[] { 0, 100, 1_000_000 }.Select(losses.L1.At));
            Assert.Equal([0, 0, 1, 1, 0.5, 0.5], new long[] { 0, 99, 100, 1999, 2000, 1_000_000 }.Select(losses.Envelope.At));
            Assert.Equal((0.25, 1), (losses.L1.Max, losses.Envelope.Max));
        }
    }

    [Theory]
    [InlineData("{early: 1}")]
    [InlineData("{-5: 1}")]
    [InlineData("{5: much}")]
    [InlineData("{5: [1]}")]
    [InlineData("{5: 1, 05: 2}")]
    [InlineData("[1, 2]")]
    [InlineData("much")]
    public void StepValue_NeitherNumberNorNumbersByStep_IsRefused(string yaml) =>
        Assert.Throws<ConfigException>(() => SettingsFile.Parse<CodecTrainSettings>($"losses: {{l1: {yaml}}}"));
}
