using System.Text.Json.Nodes;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Generation.Configuration;
using AudioCodec.Generation.Loading;
using AudioCodec.Generation.Patterns;
using AudioCodec.Generation.Transformer;
using AudioCodec.Models;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Generation.Loading;

/// <summary>Other models than the one wanted, variants that are not supported, damaged files: errors that say what it is.</summary>
public sealed class HostileGeneratorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("golden/generate_tiny.compression_state_dict.bin", "holds a codec, not a generator")]
    [InlineData("golden/encodec_tiny_causal.weights.th", "configuration of a generator is not in it")]
    [InlineData("golden/generate_tiny.t5.safetensors", "configuration of a generator is not in it")]
    public void Open_FileOfAnotherModel_SaysWhatItIs(string fixture, string said) => AssertRefused(Fixtures.Path(fixture), said);

    [Theory]
    [InlineData("""{"kind": "codec"}""", "of a codec; that of a generator")]
    [InlineData("""{"model_type": "encodec"}""", "of a codec; that of a generator")]
    [InlineData("""{"model_type": "musicgen_melody"}""", "melody")]
    [InlineData("""{"model_type": "t5"}""", "of a text encoder; that of a generator")]
    [InlineData("""{"model_type": "musicgen"}""", "audio_encoder is missing")]
    [InlineData("""{"model_type": "musicgen", "x": "\ud800"}""", "config.json")]
    [InlineData("[]", "object")]
    [InlineData("", "config.json")]
    public void Open_FolderOfAnotherModel_SaysWhatItIs(string json, string said)
    {
        File.Copy(Fixtures.Path("golden/musicgen_hf_tiny.hf.safetensors"), _folder["model.safetensors"]);
        File.WriteAllText(_folder["config.json"], json);

        AssertRefused(_folder.Root, said);
    }

    [Fact]
    public void Open_FolderWithoutModelOrMissingFile_IsRefused()
    {
        AssertRefused(_folder.Root, "holds no generator");
        AssertRefused(_folder["state_dict.bin"], "no such file");
    }

    [Fact]
    public void LoadCodec_FileOfAGenerator_SaysWhatItIs()
    {
        TinyGenerators.CopyHuggingFace(_folder);
        File.Move(_folder["generate_tiny.hf-00001-of-00002.safetensors"], _folder["model.safetensors"]);

        string package = Assert.ThrowsAny<CodecException>(() => CheckpointLoader.Load(Fixtures.Path("golden/generate_tiny.state_dict.bin"))).Message;
        string huggingFace = Assert.ThrowsAny<CodecException>(() => CheckpointLoader.Load(_folder.Root)).Message;

        Assert.Contains("generator's transformer (AudioGen, MusicGen), not a codec", package, StringComparison.Ordinal);
        Assert.Contains("of a generator; that of a codec", huggingFace, StringComparison.Ordinal);
    }

    /// <summary>Every switch that changes the result and is not implemented is refused by its name.</summary>
    [Theory]
    [InlineData("  layer_scale: null", "  layer_scale: 0.1", "transformer_lm.layer_scale")]
    [InlineData("  positional_embedding: sin", "  positional_embedding: rope", "transformer_lm.positional_embedding")]
    [InlineData("  positional_embedding: sin", "  positional_embedding: sin_rope", "transformer_lm.positional_embedding")]
    [InlineData("  xpos: false", "  xpos: true", "transformer_lm.xpos")]
    [InlineData("  past_context: null", "  past_context: 100", "transformer_lm.past_context")]
    [InlineData("  kv_repeat: 1", "  kv_repeat: 2", "transformer_lm.kv_repeat")]
    [InlineData("  qk_layer_norm: false", "  qk_layer_norm: true", "transformer_lm.qk_layer_norm")]
    [InlineData("  qk_layer_norm_cross: false", "  qk_layer_norm_cross: true", "transformer_lm.qk_layer_norm_cross")]
    [InlineData("  norm_first: true", "  norm_first: false", "transformer_lm.norm_first")]
    [InlineData("  bias_ff: false", "  bias_ff: true", "transformer_lm.bias_ff")]
    [InlineData("  bias_attn: false", "  bias_attn: true", "transformer_lm.bias_attn")]
    [InlineData("  bias_proj: false", "  bias_proj: true", "transformer_lm.bias_proj")]
    [InlineData("  activation: gelu", "  activation: relu", "transformer_lm.activation")]
    [InlineData("  norm: layer_norm", "  norm: rms_norm", "transformer_lm.norm")]
    [InlineData("  causal: true", "  causal: false", "transformer_lm.causal")]
    [InlineData("lm_model: transformer_lm", "lm_model: transformer_lm_magnet", "lm_model")]
    [InlineData("  cross_attention_pos_emb: false", "  cross_attention_pos_emb: true", "fuser.cross_attention_pos_emb")]
    [InlineData("  sum: []", "  sum: [description]", "fuser.sum")]
    [InlineData("  prepend: []", "  prepend: [self_wav, description]", "fuser.prepend")]
    [InlineData("  input_interpolate: []", "  input_interpolate: [description]", "fuser.input_interpolate")]
    [InlineData("  - description\n", "  - description\n  - self_wav\n", "fuser.cross")]
    [InlineData("    model: t5", "    model: lut", "conditioners.description.model")]
    [InlineData("      finetune: false", "      finetune: true", "conditioners.description.t5.finetune")]
    [InlineData("      normalize_text: false", "      normalize_text: true", "conditioners.description.t5.normalize_text")]
    [InlineData("conditioners:\n", "conditioners:\n  self_wav:\n    model: chroma_stem\n", "melody")]
    [InlineData("conditioners:\n", "conditioners:\n  self_wav:\n    model: style\n", "style")]
    [InlineData("  use: false", "  use: true", "channels")]
    [InlineData("  per_timestep: false", "  per_timestep: true", "per_timestep")]
    [InlineData("channels: 1", "channels: 2", "channels")]
    [InlineData("  modeling: delay", "  modeling: magic", "codebooks_pattern.modeling")]
    [InlineData("    - 2\n    - 3\n    flatten_first", "    - 2\n    flatten_first", "codebooks_pattern.delay")]
    [InlineData("    - 2\n    - 3\n    flatten_first", "    - 2\n    - 1\n    flatten_first", "pattern")]
    [InlineData("    flatten_first: 0", "    flatten_first: 1000000000", "flatten_first")]
    [InlineData("  num_heads: 4", "  num_heads: 5", "heads")]
    [InlineData("  num_heads: 4", "  num_heads: null", "num_heads")]
    [InlineData("  dim: 32", "  dim: 1000000000", "dimension")]
    [InlineData("  hidden_scale: 4", "  hidden_scale: .nan", "hidden_scale")]
    [InlineData("  segment_duration: 0.4", "  segment_duration: -1", "segment_duration")]
    [InlineData("  inference_coef: 3.0", "  inference_coef: 1.0e30", "guidance")]
    public void AudioCraftConfig_SwitchThatIsNotImplemented_IsRefusedByName(string line, string changed, string said)
    {
        string yaml = XpCfg();
        Assert.Contains(line, yaml, StringComparison.Ordinal);
        int at = yaml.IndexOf(line, StringComparison.Ordinal);

        var e = Assert.Throws<ConfigException>(() => Read(yaml[..at] + changed + yaml[(at + line.Length)..]));

        Assert.Contains(said, e.Message, StringComparison.Ordinal);
    }

    /// <summary>Ways in which packages of other ages and sizes differ from the golden one.</summary>
    [Theory]
    [InlineData("  modeling: delay", "  modeling: parallel", "delay [0, 0, 0, 0] flatten_first 0 empty_initial 0")]
    [InlineData("  modeling: delay", "  modeling: unroll", "unroll [0, 1, 2, 3] delays [0, 0, 0, 0]")]
    [InlineData("  modeling: delay", "  modeling: coarse_first", "coarse_first [0, 0, 0]")]
    [InlineData("  modeling: delay", "  modeling: musiclm", "music_lm 4 group_by 2")]
    [InlineData("    flatten_first: 0", "    flatten_first: 2", "delay [0, 1, 2, 3] flatten_first 2 empty_initial 0")]
    [InlineData("conditioners:\n", "conditioners:\n  args:\n    drop_desc_p: 0.5\n", "delay [0, 1, 2, 3] flatten_first 0 empty_initial 0")]
    [InlineData("  xpos: false\n", "", "delay [0, 1, 2, 3] flatten_first 0 empty_initial 0")]
    [InlineData("codebooks_pattern:\n  modeling: delay\n", "transformer_lm_q:\n  modeling: delay\n", null)]
    public void AudioCraftConfig_OtherPackages_AreRead(string line, string changed, string? pattern)
    {
        string yaml = XpCfg().Replace(line, changed, StringComparison.Ordinal);
        if (pattern is null)
        {
            // The first packages name the pattern in the transformer's section.
            yaml = yaml.Replace("transformer_lm:\n", "transformer_lm:\n  q_modeling: delay\n", StringComparison.Ordinal);
            pattern = DelayPattern.Standard(4).ToString();
        }

        Assert.Equal(pattern, Read(yaml).Pattern.ToString());
    }

    [Fact]
    public void AudioCraftConfig_NamesOfCodecAndWindow_FollowThePackage()
    {
        string yaml = XpCfg().Replace("//reference/tiny/checkpoint.th", "//pretrained/facebook/encodec_32khz", StringComparison.Ordinal)
            .Replace("sample_rate: 16000", "sample_rate: 32000", StringComparison.Ordinal)
            .Replace("solver: audiogen", "solver: musicgen", StringComparison.Ordinal)
            .Replace("segment_duration: 0.4", "segment_duration: 30", StringComparison.Ordinal)
            .Replace("name: t5-small", "name: google/t5-base", StringComparison.Ordinal);

        GeneratorConfig config = Read(yaml);

        Assert.Equal(("encodec_32khz", "t5-base", 1500), (config.Codec, config.TextEncoderName, config.WindowFrames));
        Assert.Equal((750, 900), (config.Defaults.Frames, config.Defaults.StrideFrames)); // 15 s, 18 s: as MusicGen has them.
        Assert.Equal((250, 100), Read(XpCfg().Replace("segment_duration: 0.4", "segment_duration: 10", StringComparison.Ordinal)).Defaults is var sound
            ? (sound.Frames, sound.StrideFrames)
            : default); // 5 s, 2 s: as AudioGen has them.
        Assert.Equal("encodec_16khz", Read(XpCfg()).Codec);
    }

    [Fact]
    public void Open_TruncatedPackage_IsRefused()
    {
        TinyGenerators.CopyAudioCraft(_folder, "generate_tiny");
        byte[] whole = File.ReadAllBytes(_folder["state_dict.bin"]);
        foreach (int part in Enumerable.Range(0, 64))
        {
            File.WriteAllBytes(_folder["state_dict.bin"], whole[..(whole.Length * part / 64)]);
            Assert.Throws<CheckpointException>(() => GeneratorCheckpoint.Open(_folder.Root));
        }
    }

    [Theory]
    [InlineData("linears.3.weight", null, "'linears.3.weight' is missing")]
    [InlineData("out_norm.bias", "out_norm.gain", "'out_norm.bias' is missing")]
    [InlineData(null, "transformer.layers.0.self_attn.in_proj_bias", "in_proj_bias")]
    [InlineData("text_encoder.shared.weight", null, null)]
    public void Open_OtherTensors_IsRefused(string? removed, string? added, string? said)
    {
        Save(tensors =>
        {
            if (removed is not null)
            {
                tensors.Remove(removed);
            }

            if (added is not null)
            {
                tensors.Add(added, new CheckpointTensor([32], new float[32]));
            }
        });
        if (said is null)
        {
            // The text encoder's tensors are checked by the one who loads it.
            using var opened = GeneratorCheckpoint.Open(_folder.Root);
            Assert.False(opened.TextEncoder!.TryGet("shared.weight", out _));
            return;
        }

        AssertRefused(_folder.Root, said);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Load_WeightsThatAreNoNumbers_IsRefusedByTensor(float value)
    {
        Save(tensors => tensors["emb.1.weight"].Values[5] = value);
        using var checkpoint = GeneratorCheckpoint.Open(_folder.Root);

        var e = Assert.Throws<CheckpointException>(() => TokenModel.Load(checkpoint.Config.Transformer, checkpoint.Transformer));

        Assert.Equal("emb.1.weight", e.Tensor);
    }

    [Theory]
    [InlineData("transformer", """{"dimension": 32}""", "transformer: heads is missing")]
    [InlineData("transformer", "7", "transformer is 7")]
    [InlineData("pattern", """{"kind": "delay"}""", "pattern: delays")]
    [InlineData("pattern", """{"kind": "delay", "delays": [0, 1, 2]}""", "pattern")]
    [InlineData("pattern", """{"kind": "delay", "delays": [0, 1, 2, 3], "speed": 1}""", "speed")]
    [InlineData("pattern", """{"kind": "delay", "delays": [0, 1, 2, 1e9]}""", "delays")]
    [InlineData("pattern", """{"kind": "circle"}""", "circle")]
    [InlineData("defaults", """{"frames": 5, "stride_frames": 19}""", "stride_frames")]
    [InlineData("defaults", """{"frames": 5, "stride_frames": 5, "top_p": 2}""", "top_p")]
    [InlineData("text_encoder", """{"d_model": 25}""", "text_encoder")]
    [InlineData("text_encoder", "null", "text_encoder")]
    [InlineData("text_encoder_name", "\"t5-base\"", "text_encoder")]
    [InlineData("codec", "\"../codec\"", "codec")]
    [InlineData("channels", "3", "channels")]
    [InlineData("window_frames", "0", "window_frames")]
    [InlineData("surprise", "1", "surprise")]
    public void Config_ValueThatIsNotAllowed_IsNamed(string key, string value, string said)
    {
        Save(_ => { });
        TinyGenerators.Edit(_folder["config.json"], keys => keys[key] = JsonNode.Parse(value));

        AssertRefused(_folder.Root, said);
    }

    [Fact]
    public void RequireCodec_AnotherCodec_IsRefused()
    {
        TinyGenerators.CopyAudioCraft(_folder, "generate_tiny");
        using var checkpoint = GeneratorCheckpoint.Open(_folder.Root);
        EncodecConfig codec = checkpoint.Codec!.Config;
        WeightsFingerprint fingerprint = CodecFingerprint.OfCodes(codec, checkpoint.Codec.Weights);
        GeneratorConfig config = checkpoint.Config with { CodecFingerprint = fingerprint };
        WeightsFingerprint other = WeightsFingerprint.FromBytes(new byte[WeightsFingerprint.ByteCount]);

        config.RequireCodec(codec, () => fingerprint, "x");
        foreach ((EncodecConfig wrong, WeightsFingerprint weights, string said) in new[]
        {
            (codec with { SampleRateHz = 24000 }, fingerprint, "24000 Hz"),
            (codec with { Ratios = [8, 5, 4, 4] }, fingerprint, "25 frames"),
            (codec with { Channels = 2 }, fingerprint, "2 channel"),
            (codec with { Codebooks = 3 }, fingerprint, "has 3 of 32"),
            (codec with { CodebookSize = 64 }, fingerprint, "has 4 of 64"),
            (codec, other, "trained on codes"),
        })
        {
            Assert.Contains(said, Assert.Throws<CheckpointException>(() => config.RequireCodec(wrong, () => weights, "x")).Message, StringComparison.Ordinal);
        }
    }

    private static void AssertRefused(string path, string said)
    {
        CodecException e = Assert.ThrowsAny<CodecException>(() => GeneratorCheckpoint.Open(path));
        Assert.Contains(said, e.Message, StringComparison.Ordinal);
    }

    private static string XpCfg()
    {
        using ByteSource bytes = ByteSource.OpenFile(Fixtures.Path("golden/generate_tiny.state_dict.bin"));
        return (string)TensorArchive.Open(bytes).Package!.Get("xp.cfg")!; // The package has one.
    }

    private static GeneratorConfig Read(string yaml) => AudioCraftGeneratorConfig.Read(new ConfigTree(YamlSubset.Parse(yaml, "yaml"), "yaml"), "model", 24, null);

    /// <summary>Saves the golden model as a folder of ours, with changed tensors.</summary>
    private void Save(Action<Dictionary<string, CheckpointTensor>> change)
    {
        using var source = new TemporaryFolder();
        TinyGenerators.CopyHuggingFace(source);
        using var checkpoint = GeneratorCheckpoint.Open(source.Root);
        GeneratorFolder.Save(_folder.Root, checkpoint.Config, checkpoint.Transformer, checkpoint.TextEncoder, [1], TensorType.F32);
        Dictionary<string, CheckpointTensor> tensors;
        using (var file = SafetensorsFile.Open(_folder["model.safetensors"]))
        {
            tensors = file.ToStateDict().Tensors.ToDictionary();
        }

        change(tensors);
        var writer = new SafetensorsWriter();
        foreach ((string name, CheckpointTensor tensor) in tensors)
        {
            writer.Add(name, tensor.Shape, tensor.Values);
        }

        writer.Save(_folder["model.safetensors"]);
    }
}
