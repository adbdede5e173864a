using AudioCodec.TestSupport;
using AudioCodec.Training.Configuration;

namespace AudioCodec.Training.Tests.Configuration;

public sealed class SettingsFileTests
{
    private const string Model = "model: {name: x, sample_rate_hz: 24000, channels: 1, causal: true, norm: weight_norm, codebooks: 32, bandwidths_kbps: [1.5, 6]}\n";

    public static TheoryData<string> Recipes() =>
        [.. Directory.GetFiles(Path.Combine(Fixtures.RepositoryRoot, "configs", "train"), "codec_*.yaml").Select(f => Path.GetFileName(f))];

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Load_ShippedRecipe_IsValid(string name)
    {
        CodecTrainSettings settings = SettingsFile.Load<CodecTrainSettings>(Path.Combine(Fixtures.RepositoryRoot, "configs", "train", name), []);
        Assert.StartsWith("audiocodec_", settings.Model.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Override_ReplacesValue()
    {
        CodecTrainSettings settings = SettingsFile.Load<CodecTrainSettings>(
            Path.Combine(Fixtures.RepositoryRoot, "configs", "train", "codec_24khz_cpu.yaml"), ["model.filters=8", "model.ratios=[2, 4]"]);
        Assert.Equal(8, settings.Model.Filters);
        Assert.Equal([2, 4], settings.Model.Ratios);
    }

    [Theory]
    [InlineData("optimizer=")]
    [InlineData("optimizer=~")]
    [InlineData("optimizer=null")]
    public void Load_EmptySection_HasItsDefaults(string assignment)
    {
        string recipe = Path.Combine(Fixtures.RepositoryRoot, "configs", "train", "codec_24khz_cpu.yaml");
        Assert.Equal(new CodecTrainSettings().Optimizer.Lr, SettingsFile.Load<CodecTrainSettings>(recipe, [assignment]).Optimizer.Lr);
    }

    [Theory]
    [InlineData("modle: {filters: 3}", "modle")]
    [InlineData("model: {n_filters: 3}", "n_filters")]
    [InlineData("optimizer: {momentum: 0.9}", "momentum")]
    public void Parse_UnknownKey_IsRefusedByName(string yaml, string key)
    {
        ConfigException error = Assert.Throws<ConfigException>(() => SettingsFile.Parse<CodecTrainSettings>(yaml));
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model: [")]
    [InlineData("data: {batch_size: many}")]
    [InlineData("model: 24")]
    [InlineData("- a list")]
    public void Parse_NotARecipe_IsRefused(string yaml) =>
        Assert.Throws<ConfigException>(() => SettingsFile.Parse<CodecTrainSettings>(yaml));

    /// <summary>A value that is missing or of another type is told by its key, without the names of types.</summary>
    [Theory]
    [InlineData("optimizer: 3", "optimizer", "'3'; a section")]
    [InlineData("optimizer: [1]", "optimizer", "a section")]
    [InlineData("optimizer: {lr: }", "optimizer.lr", "empty; a number")]
    [InlineData("optimizer: {lr: null}", "optimizer.lr", "a number")]
    [InlineData("optimizer: {lr: fast}", "optimizer.lr", "'fast'; a number")]
    [InlineData("optimizer: {lr: {a: 1}}", "optimizer.lr", "a number")]
    [InlineData("optimizer: {betas: 0.9}", "optimizer.betas", "'0.9'; a list of numbers")]
    [InlineData("optimizer: {betas: [0.9, x]}", "optimizer.betas", "a list of numbers")]
    [InlineData("optimizer: {schedule: [a]}", "optimizer.schedule", "a text")]
    [InlineData("run: {steps: 1.5}", "run.steps", "'1.5'; a whole number")]
    [InlineData("run: {steps: 99999999999}", "run.steps", "a whole number")]
    [InlineData("losses: {mel: [1]}", "losses.mel", "numbers by step")]
    [InlineData("data: {kind_weights: 3}", "data.kind_weights", "a table of texts")]
    [InlineData("data: {kind_weights: {speech: x}}", "data.kind_weights", "a table of texts")]
    [InlineData("optimizer: {lrr: 1}", "optimizer.lrr", "not a known key; here the keys are lr, betas")]
    [InlineData("modle: {a: 1}", "modle", "not a known key; here the keys are model")]
    [InlineData("[a]: 1", "[a]", "not a known key")]
    public void Parse_ValueOfAnotherType_NamesKeyAndWhatIsExpected(string yaml, string key, string said)
    {
        ConfigException error = Assert.Throws<ConfigException>(() => SettingsFile.Parse<CodecTrainSettings>(Model + yaml));
        Assert.Equal(key, error.Key);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Settings", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data: {batch_size: 0}", "data.batch_size")]
    [InlineData("losses: {mel_form: cubic}", "losses.mel_form")]
    [InlineData("losses: {l1: -1}", "losses.l1")]
    [InlineData("losses: {envelope: {}}", "losses.envelope")]
    [InlineData("losses: {mel: {5: 1e999}}", "losses.mel")]
    [InlineData("losses: {texture: 1}\ndata: {crop_seconds: 0.2}", "losses.texture")]
    [InlineData("quantizer: {bandwidth_weights: {3: 1}}", "quantizer.bandwidth_weights")]
    public void Parse_ForbiddenValue_NamesTheKey(string yaml, string key)
    {
        ConfigException error = Assert.Throws<ConfigException>(() => SettingsFile.Parse<CodecTrainSettings>(Model + yaml));
        Assert.Equal(key, error.Key);
    }

    [Theory]
    [InlineData("name", "my codec")]
    [InlineData("name", "\"\"")]
    [InlineData("residual_layers", "0")]
    [InlineData("norm", "batch")]
    [InlineData("norm", "time_group_norm")]
    [InlineData("codebook_size", "1000")]
    [InlineData("search_width", "65")]
    [InlineData("sample_rate_hz", "fast")]
    [InlineData("sample_rate_hz", "\"24000\"")]
    [InlineData("channels", "3")]
    [InlineData("channels", "")]
    [InlineData("ratios", "[8, 0]")]
    [InlineData("ratios", "[8, x]")]
    [InlineData("bandwidths_kbps", "[6, 3]")]
    [InlineData("n_q", "8")]
    public void Load_ModelThatCannotBe_NamesFileAndKey(string key, string value)
    {
        string path = Path.Combine(Fixtures.RepositoryRoot, "configs", "train", "codec_24khz_cpu.yaml");
        ConfigException error = Assert.Throws<ConfigException>(() => SettingsFile.Load<CodecTrainSettings>(path, [$"model.{key}={value}"]));
        Assert.Equal("model." + key, error.Key);
        Assert.StartsWith($"{path}: model.{key}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_ModelWithoutAKey_NamesIt()
    {
        Assert.Equal("model", Assert.Throws<ConfigException>(() => SettingsFile.Parse<CodecTrainSettings>("run: {steps: 5}")).Key);
        Assert.Equal("model.causal", Assert.Throws<ConfigException>(() => SettingsFile.Parse<CodecTrainSettings>(Model.Replace("causal: true, ", ""))).Key);
    }

    [Theory]
    [InlineData("heads: 7")]
    [InlineData("name: my model")]
    [InlineData("layers: 0")]
    [InlineData("dimension: wide")]
    [InlineData("widht: 3")]
    [InlineData("codebooks: 4")]
    public void Parse_LanguageModelThatCannotBe_NamesTheKey(string line)
    {
        ConfigException error = Assert.Throws<ConfigException>(() => SettingsFile.Parse<LmTrainSettings>($"model: {{{line}}}"));
        Assert.Equal("model." + line.Split(':')[0], error.Key);
    }

    [Fact]
    public void ToYaml_OfARecipe_IsReadAsTheSame()
    {
        CodecTrainSettings settings = SettingsFile.Parse<CodecTrainSettings>(Model.Replace("name: x", "name: \"24\""));
        CodecTrainSettings again = SettingsFile.Parse<CodecTrainSettings>(SettingsFile.ToYaml(settings));
        Assert.Equal("24", again.Model.Name);
        Assert.Equal(settings.Model with { Ratios = again.Model.Ratios, BandwidthsKbps = again.Model.BandwidthsKbps }, again.Model);
        Assert.Equal([1.5, 6], again.Model.BandwidthsKbps);
        LmTrainSettings lm = SettingsFile.Parse<LmTrainSettings>(SettingsFile.ToYaml(SettingsFile.Parse<LmTrainSettings>("model: {heads: 4}")));
        Assert.Equal(4, lm.ToModelConfig(settings.Model, default).Heads);
    }

    [Fact]
    public void StepValue_HoldsFromItsStep_AndSurvivesTheRecordOfARun()
    {
        var settings = SettingsFile.Parse<CodecTrainSettings>(Model + "losses: {l1: 0.25, envelope: {100: 1, 2000: 0.5}}");
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
        Assert.Throws<ConfigException>(() => SettingsFile.Parse<CodecTrainSettings>($"{Model}losses: {{l1: {yaml}}}"));
}
