using System.Text;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Codecs.Configuration;

public class ConfigTests
{
    private const string Minimal = """{"kind": "codec", "name": "x", "sample_rate_hz": 24000, "channels": 1, "causal": true, "norm": "weight_norm", "codebooks": 32, "bandwidths_kbps": [1.5, 3]}""";

    [Fact]
    public void Parse_FormattedConfig_GivesItBack()
    {
        foreach (EncodecConfig config in new[] { EncodecConfig.Encodec24Khz, EncodecConfig.Encodec48Khz, TinyConfigs.Stereo })
        {
            string json = EncodecConfigJson.Format(config, CheckpointStatus.Preview);
            (EncodecConfig parsed, CheckpointStatus status) = EncodecConfigJson.Parse(Encoding.UTF8.GetBytes(json), "test");

            Assert.Equal(json, EncodecConfigJson.Format(parsed, status));
            Assert.Equal(config with { Ratios = parsed.Ratios, BandwidthsKbps = parsed.BandwidthsKbps }, parsed);
            Assert.Equal(config.Ratios, parsed.Ratios);
        }
    }

    [Fact]
    public void Parse_Minimal_HasTheDefaults()
    {
        EncodecConfig config = EncodecConfigJson.Parse(Encoding.UTF8.GetBytes(Minimal), "test").Config;
        Assert.Equal((32, 320, 75, 2), (config.Filters, config.HopSamples, config.FrameRateHz, config.LstmLayers));
    }

    [Theory]
    [InlineData("\"name\"", "\"unknown_key\": 1, \"name\"", "unknown_key")]
    [InlineData("\"name\"", "\"channels\": 1, \"name\"", "channels")]
    [InlineData("\"kind\": \"codec\"", "\"kind\": \"entropy\"", "kind")]
    [InlineData("24000", "24000000", "sample_rate_hz")]
    [InlineData("24000", "\"24000\"", "sample_rate_hz")]
    [InlineData("weight_norm", "spectral_norm", "norm")]
    [InlineData("\"weight_norm\"", "0", "norm")]
    [InlineData("weight_norm", "time_group_norm", "norm")]
    [InlineData("[1.5, 3]", "[3, 1.5]", "bandwidths_kbps")]
    [InlineData("[1.5, 3]", "null", "bandwidths_kbps")]
    [InlineData("\"name\": \"x\"", "\"name\": \"../x\"", "name")]
    [InlineData("\"name\": \"x\"", "\"name\": \"x\", \"codebook_size\": 1000", "codebook_size")]
    [InlineData("\"name\": \"x\"", "\"name\": \"x\", \"ratios\": [8, 0]", "ratios")]
    [InlineData("\"name\": \"x\"", "\"name\": \"x\", \"ratios\": [64, 64, 64, 64, 64, 64, 64, 64]", "ratios")]
    [InlineData("\"name\": \"x\"", "\"name\": \"x\", \"filters\": 100000", "filters")]
    [InlineData("\"name\": \"x\"", "\"name\": \"x\", \"segment_samples\": 48000", "segment_stride_samples")]
    [InlineData("\"channels\": 1, ", "", "channels")]
    [InlineData("\"kind\": \"codec\", ", "", "kind")]
    [InlineData("\"name\"", "\"status\": \"done\", \"name\"", "status")]
    [InlineData("}", "", "")]
    public void Parse_BadKeyOrValue_IsRefusedByName(string part, string replacement, string key)
    {
        byte[] json = Encoding.UTF8.GetBytes(Minimal.Replace(part, replacement, StringComparison.Ordinal));
        ConfigException error = Assert.Throws<ConfigException>(() => EncodecConfigJson.Parse(json, "config.json"));

        Assert.Contains("config.json", error.Message, StringComparison.Ordinal);
        Assert.Contains(key, error.Key + error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OmegaConfDump_GivesThe32KhzModel()
    {
        // The block style of OmegaConf.to_yaml: items aligned with their key, folded scalars, interpolations.
        const string Yaml = """
            device: cuda
            sample_rate: 32000
            channels: 1
            execute_only: null
            dora:
              dir: /some/where
              exclude:
              - device
              - logging.*
              - nested: 1
                other: {a: [1, 2], b: "x, y"}
            description: a long text that the dumper
              folded: over several lines
            compression_model: encodec
            encodec:
              autoencoder: seanet
              quantizer: rvq
              sample_rate: ${sample_rate}
              channels: ${channels}
              causal: false
              renormalize: false
            seanet:
              dimension: 128
              channels: ${channels}
              causal: ${encodec.causal}
              n_filters: 64
              ratios:
              - 8
              - 5
              - 4
              - 4
              activation: ELU
              activation_params:
                alpha: 1.0
              norm: weight_norm
              norm_params: {}
              true_skip: true   # identity shortcut
              decoder:
                trim_right_ratio: 1.0
                final_activation: null
              encoder: {}
            rvq:
              n_q: 4
              bins: 2048
            """;
        EncodecConfig config = AudioCraftConfig.Read(Package(Yaml), "test");

        Assert.Equal(("encodec_32khz", 32000, 64, 4, 2048), (config.Name, config.SampleRateHz, config.Filters, config.Codebooks, config.CodebookSize));
        Assert.Equal([8, 5, 4, 4], config.Ratios);
        Assert.Equal((50, 11, PaddingMode.Constant, true), (config.FrameRateHz, config.BitsPerCode, config.Padding, config.TrueSkip));
        Assert.Equal([1, 2, 4], config.BandwidthsKbps.Select(config.CodebooksFor));
        Assert.Equal(2.2, config.BandwidthsKbps[^1], 6);
    }

    [Theory]
    [InlineData("compression_model: dac", "compression_model")]
    [InlineData("seanet: {activation: Tanh}", "seanet.activation")]
    [InlineData("seanet: {decoder: {final_activation: Tanh}}", "seanet.decoder.final_activation")]
    [InlineData("seanet: {ratios: 8}", "seanet.ratios")]
    [InlineData("seanet: {n_filters: many}", "seanet.n_filters")]
    [InlineData("seanet: {pad_mode: replicate}", "seanet.pad_mode")]
    [InlineData("encodec: {causal: \"${encodec.causal}\"}", "encodec.causal")]
    public void Read_UnsupportedSetting_IsRefusedByName(string line, string key)
    {
        ConfigException error = Assert.Throws<ConfigException>(() => AudioCraftConfig.Read(Package("sample_rate: 16000\n" + line), "test"));
        Assert.Equal(key, error.Key);
    }

    [Theory]
    [InlineData("a: [1, 2")]
    [InlineData("a: {b: 1")]
    [InlineData("a: 1\n b: 2\nc")]
    [InlineData("a: [\"x]")]
    [InlineData("a: 1\n- b")]
    public void Parse_BrokenYaml_IsAConfigException(string yaml) => Assert.Throws<ConfigException>(() => YamlSubset.Parse(yaml, "test"));

    [Fact]
    public void Parse_DeepOrLongYaml_IsRefusedQuickly()
    {
        Assert.Throws<ConfigException>(() => YamlSubset.Parse(new string('[', 100_000), "test"));
        Assert.Throws<ConfigException>(() => YamlSubset.Parse(string.Concat(Enumerable.Repeat("- ", 100_000)) + "x", "test"));
        Assert.Throws<ConfigException>(() => YamlSubset.Parse(new string('a', 2_000_000), "test"));
        Assert.IsType<Dictionary<string, object?>>(YamlSubset.Parse("a: {x: " + string.Concat(Enumerable.Repeat("${", 200_000)) + "}}", "test"));
    }

    [Fact]
    public void Convert_PickledOmegaConf_GivesTheTreeOfItsYaml()
    {
        var node = new PickleObject(new PickleGlobal("omegaconf.nodes", "AnyNode")) { State = Dict(("_val", 16000L)) };
        var container = new PickleObject(new PickleGlobal("omegaconf.dictconfig", "DictConfig")) { State = Dict(("_content", Dict(("sample_rate", node)))) };
        ((PickleDict)container.State!).Set("_parent", container);

        Assert.Equal(16000, AudioCraftConfig.Read(Dict(("xp.cfg", container)), "test").SampleRateHz);

        PickleDict circle = Dict();
        circle.Set("a", circle);
        circle.Set("b", circle);
        Assert.Throws<ConfigException>(() => OmegaConfTree.Convert(circle, "test"));
    }

    private static PickleDict Package(string yaml) => Dict(("xp.cfg", yaml));

    private static PickleDict Dict(params (string Key, object Value)[] entries)
    {
        var dictionary = new PickleDict();
        foreach ((string key, object value) in entries)
        {
            dictionary.Set(key, value);
        }

        return dictionary;
    }
}
