using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.TestSupport;
using AudioCodec.Tests.Checkpoints;

namespace AudioCodec.Tests.Codecs.Loading;

public class CheckpointLoaderTests
{
    [Theory]
    [InlineData("encodec_24khz.tensors.json", "encodec_24khz")]
    [InlineData("encodec_48khz.tensors.json", "encodec_48khz")]
    public void For_OfficialConfigs_ListsTheOfficialTensors(string fixture, string model)
    {
        EncodecConfig config = model == "encodec_24khz" ? EncodecConfig.Encodec24Khz : EncodecConfig.Encodec48Khz;
        Dictionary<string, int[]> official = FormulaWeights.Shapes(fixture);
        Dictionary<string, int[]> listed = EncodecTensors.For(config).ToDictionary(t => t.Name, t => t.Shape);

        Assert.All(listed, t => Assert.Equal(official[t.Key], t.Value));
        Assert.Equal(
            official.Keys.Where(n => !n.EndsWith("inited", StringComparison.Ordinal) && !n.EndsWith("cluster_size", StringComparison.Ordinal) && !n.EndsWith("embed_avg", StringComparison.Ordinal)).Order(),
            listed.Keys.Order());
    }

    [Theory]
    [InlineData(".weights.safetensors", CheckpointFormat.Safetensors)]
    [InlineData(".weights.th", CheckpointFormat.TorchZip)]
    [InlineData(".weights.legacy.th", CheckpointFormat.TorchLegacy)]
    public void Load_TinyModelsWithConfig_PassTheirCheck(string extension, CheckpointFormat format)
    {
        foreach (EncodecConfig config in new[] { TinyConfigs.Causal, TinyConfigs.Stereo })
        {
            LoadedCheckpoint loaded = CheckpointLoader.Load(Fixtures.Path($"golden/{config.Name}{extension}"), config);

            Assert.Equal(format, loaded.Format);
            Assert.Equal(CheckpointNaming.Official, loaded.Naming);
            TinyModels.AssertSame(TinyModels.Weights(config.Name), loaded.Weights);
        }
    }

    [Theory]
    [InlineData(".weights.safetensors")]
    [InlineData(".weights.th")]
    [InlineData(".weights.legacy.th")]
    public void Open_TinyModel_GivesTheValuesWhenAskedAndNotAfterwards(string extension)
    {
        StateDict expected = TinyModels.Weights("encodec_tiny_causal");
        CheckpointTensor first;
        using (CheckpointFile file = CheckpointFile.Open(Fixtures.Path($"golden/encodec_tiny_causal{extension}"), TinyConfigs.Causal))
        {
            TinyModels.AssertSame(expected, file.Contents.Weights);
            first = file.Contents.Weights.Tensors.Values.First();
            Assert.NotSame(first.Values, first.Values);
        }

        Assert.Throws<ObjectDisposedException>(() => first.Values);
    }

    [Fact]
    public void Load_AudioCraftPackage_ReadsItsConfiguration()
    {
        LoadedCheckpoint loaded = CheckpointLoader.Load(Fixtures.Path("golden/encodec_audiocraft_tiny.compression_state_dict.bin"));

        Assert.Equal(CheckpointNaming.AudioCraft, loaded.Naming);
        Assert.Equal(16000, loaded.Config.SampleRateHz);
        Assert.Equal(PaddingMode.Constant, loaded.Config.Padding);
        Assert.Equal([4, 2], loaded.Config.Ratios);
        Assert.True(loaded.Config.TrueSkip);
        Assert.False(loaded.Config.Causal);
        Assert.Equal((4, 32, 16, 4, 2), (loaded.Config.Codebooks, loaded.Config.CodebookSize, loaded.Config.Dimension, loaded.Config.Filters, loaded.Config.LstmLayers));
        Assert.Equal([1, 2, 4], loaded.Config.BandwidthsKbps.Select(loaded.Config.CodebooksFor));
        TinyModels.AssertSame(TinyModels.Weights("encodec_audiocraft_tiny"), loaded.Weights);
    }

    [Fact]
    public void Load_OfficialTorchFileWithoutConfig_IsNotTakenForAnotherModel()
    {
        ConfigException error = Assert.Throws<ConfigException>(() => CheckpointLoader.Load(Fixtures.Path("golden/encodec_tiny_causal.weights.th")));
        Assert.Contains("config.json", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("encodec_tiny_causal", false)]
    [InlineData("encodec_tiny_causal", true)]
    [InlineData("encodec_tiny_stereo", false)]
    [InlineData("encodec_audiocraft_tiny", true)]
    public void Load_HuggingFaceFolder_GivesTheOfficialTensors(string model, bool parametrizations)
    {
        using var folder = new TemporaryFolder();
        StateDict official = TinyModels.Weights(model);
        var writer = new SafetensorsWriter();
        foreach ((string name, CheckpointTensor tensor) in official.Tensors)
        {
            writer.Add(ToHuggingFace(name, parametrizations), tensor.Shape, tensor.Values);
        }

        writer.Save(folder["model.safetensors"]);
        bool stereo = model == "encodec_tiny_stereo";
        bool audioCraft = model == "encodec_audiocraft_tiny";
        File.WriteAllText(folder["config.json"], $$"""
            {"architectures": ["EncodecModel"], "model_type": "encodec", "audio_channels": {{(stereo ? 2 : 1)}}, "normalize": {{(stereo ? "true" : "false")}},
             "chunk_length_s": {{(stereo ? "0.05" : "null")}}, "overlap": {{(stereo ? "0.01" : "null")}}, "codebook_dim": 16, "hidden_size": 16, "codebook_size": {{(audioCraft ? 32 : 16)}},
             "num_filters": 4, "num_lstm_layers": {{(audioCraft ? 2 : 1)}}, "norm_type": "{{(stereo ? "time_group_norm" : "weight_norm")}}", "sampling_rate": {{(audioCraft ? 16000 : 8000)}},
             "upsampling_ratios": [4, 2], "target_bandwidths": [4.0, 8.0], "use_causal_conv": {{(model == "encodec_tiny_causal" ? "true" : "false")}},
             "use_conv_shortcut": {{(audioCraft ? "false" : "true")}}, "torch_dtype": "float32"}
            """);
        LoadedCheckpoint loaded = CheckpointLoader.Load(folder.Root);

        Assert.Equal(CheckpointNaming.HuggingFace, loaded.Naming);
        Assert.Equal(4, loaded.Config.Codebooks);
        Assert.Equal(stereo ? 400 : null, loaded.Config.SegmentSamples);
        Assert.Equal(stereo ? 396 : null, loaded.Config.SegmentStrideSamples);
        Assert.Equal(audioCraft, loaded.Config.TrueSkip);
        TinyModels.AssertSame(official, loaded.Weights);
    }

    /// <summary>Pairs from the table of transformers' conversion script.</summary>
    [Theory]
    [InlineData("encoder.layers.0.conv.weight_v", "encoder.model.0.conv.conv.weight_v")]
    [InlineData("encoder.layers.1.block.3.conv.bias", "encoder.model.1.block.3.conv.conv.bias")]
    [InlineData("encoder.layers.4.shortcut.norm.bias", "encoder.model.4.shortcut.conv.norm.bias")]
    [InlineData("encoder.layers.13.lstm.weight_hh_l1", "encoder.model.13.lstm.weight_hh_l1")]
    [InlineData("encoder.layers.15.norm.weight", "encoder.model.15.conv.norm.weight")]
    [InlineData("decoder.layers.0.conv.weight_g", "decoder.model.0.conv.conv.weight_g")]
    [InlineData("decoder.layers.3.conv.weight_v", "decoder.model.3.convtr.convtr.weight_v")]
    [InlineData("decoder.layers.12.norm.bias", "decoder.model.12.convtr.norm.bias")]
    [InlineData("decoder.layers.15.conv.bias", "decoder.model.15.conv.conv.bias")]
    [InlineData("quantizer.layers.7.codebook.embed", "quantizer.vq.layers.7._codebook.embed")]
    public void ToOfficial_HuggingFaceName_GivesTheReferencesName(string huggingFace, string official)
    {
        var one = new CheckpointTensor([1], [1]);
        var state = new Dictionary<string, CheckpointTensor> { ["encoder.layers.99.conv.bias"] = one, ["decoder.layers.15.conv.bias"] = one, [huggingFace] = one };

        Assert.Contains(official, CodecTensorNames.ToOfficial(new StateDict("test", state)).Weights.Tensors.Keys);
    }

    [Fact]
    public void Check_MissingMisshapedOrExtraTensor_NamesIt()
    {
        StateDict weights = TinyModels.Weights("encodec_tiny_causal");
        const string Name = "encoder.model.3.conv.conv.weight_v";
        CheckpointException Fault(Action<Dictionary<string, CheckpointTensor>> change)
        {
            var tensors = weights.Tensors.ToDictionary(t => t.Key, t => t.Value);
            change(tensors);
            return Assert.Throws<CheckpointException>(() => EncodecTensors.Check(new StateDict("model.th", tensors), TinyConfigs.Causal));
        }

        CheckpointException missing = Fault(t => t.Remove(Name));
        CheckpointException misshaped = Fault(t => t[Name] = new CheckpointTensor([8, 4, 3], new float[96]));
        CheckpointException extra = Fault(t => t["encoder.model.77.conv.conv.bias"] = new CheckpointTensor([1], [0]));

        Assert.Equal((Name, Name, "encoder.model.77.conv.conv.bias"), (missing.Tensor, misshaped.Tensor, extra.Tensor));
        Assert.Contains("[8, 4, 3]", misshaped.Message, StringComparison.Ordinal);
        Assert.Contains("[8, 4, 4]", misshaped.Message, StringComparison.Ordinal);
        Assert.Equal("model.th", missing.Path);
    }

    [Fact]
    public void Load_OwnFolder_ReadsConfigAndStatus()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Fixtures.Path("golden/encodec_tiny_causal.weights.safetensors"), folder["model.safetensors"]);
        EncodecConfigJson.Write(folder["config.json"], TinyConfigs.Causal, CheckpointStatus.Preview);

        LoadedCheckpoint loaded = CheckpointLoader.Load(folder.Root);

        Assert.Equal(CheckpointStatus.Preview, loaded.Status);
        Assert.Equal(EncodecConfigJson.Format(TinyConfigs.Causal, CheckpointStatus.Release), EncodecConfigJson.Format(loaded.Config, CheckpointStatus.Release));
        Assert.Equal(84, CheckpointLoader.LoadTensors(folder.Root).Tensors.Count);
    }

    [Fact]
    public void Load_HalfPrecisionWeights_AreWithinHalfsRounding()
    {
        using var folder = new TemporaryFolder();
        StateDict full = TinyModels.Weights("encodec_tiny_causal");
        var writer = new SafetensorsWriter();
        foreach ((string name, CheckpointTensor tensor) in full.Tensors)
        {
            writer.Add(name, tensor.Shape, tensor.Values, TensorType.F16);
        }

        writer.Save(folder["model.safetensors"]);
        LoadedCheckpoint loaded = CheckpointLoader.Load(folder["model.safetensors"], TinyConfigs.Causal);

        foreach ((string name, CheckpointTensor tensor) in full.Tensors)
        {
            Assert.Equal(tensor.Values.Select(v => (float)(Half)v), loaded.Weights.Tensors[name].Values);
        }
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS")]
    [InlineData("<!DOCTYPE html><html>404</html>", "web page")]
    [InlineData("", "unknown format")]
    public void Load_SomethingElse_SaysWhatItIs(string content, string expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["x.th"], content);
        Assert.Contains(expected, Assert.Throws<CheckpointException>(() => CheckpointLoader.Load(folder["x.th"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoFileOrEmptyFolder_IsACheckpointException()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<CheckpointException>(() => CheckpointLoader.Load(folder["absent.th"]));
        Assert.Throws<CheckpointException>(() => CheckpointLoader.Load(folder.Root));
    }

    private static string ToHuggingFace(string name, bool parametrizations)
    {
        name = name.Replace("quantizer.vq.layers", "quantizer.layers", StringComparison.Ordinal).Replace("._codebook.", ".codebook.", StringComparison.Ordinal)
            .Replace("coder.model.", "coder.layers.", StringComparison.Ordinal)
            .Replace(".conv.conv.", ".conv.", StringComparison.Ordinal).Replace(".convtr.convtr.", ".conv.", StringComparison.Ordinal)
            .Replace(".conv.norm.", ".norm.", StringComparison.Ordinal).Replace(".convtr.norm.", ".norm.", StringComparison.Ordinal);
        return parametrizations
            ? name.Replace(".weight_g", ".parametrizations.weight.original0", StringComparison.Ordinal).Replace(".weight_v", ".parametrizations.weight.original1", StringComparison.Ordinal)
            : name;
    }
}
