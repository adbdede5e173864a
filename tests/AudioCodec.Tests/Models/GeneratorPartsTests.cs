using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Generation.Configuration;
using AudioCodec.Generation.Loading;
using AudioCodec.Models;
using AudioCodec.Tests.Generation.Loading;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Models;

/// <summary>Where a generator's codec and text encoder are found: in its checkpoint, beside it, among the models of the machine.</summary>
public sealed class GeneratorPartsTests : IDisposable
{
    private readonly TemporaryFolder _cache = new();
    private readonly TemporaryFolder _folder = new();
    private readonly ModelStore _store;

    public GeneratorPartsTests() => _store = new ModelStore(_cache.Root);

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
        _cache.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void LoadCodec_InTheCheckpoint_IsThatOneWithItsFingerprint(bool huggingFace)
    {
        Action<TemporaryFolder> copy = huggingFace ? TinyGenerators.CopyHuggingFace : folder => TinyGenerators.CopyAudioCraft(folder, "generate_tiny");
        copy(_folder);
        WeightsFingerprint expected;
        CodecModel codec;
        using (var checkpoint = GeneratorCheckpoint.Open(_folder.Root))
        {
            expected = FingerprintOf(checkpoint.Codec!);
            codec = GeneratorParts.LoadCodec(_store, checkpoint);
        }

        using (codec)
        {
            Assert.Equal(("encodec_16khz", expected, null), (codec.Config.Name, codec.Fingerprint, codec.Coders));
        }
    }

    [Fact]
    public void LoadCodec_BesideTheGeneratorsFolder_IsFoundByName()
    {
        (EncodecConfig codec, StateDict weights) = SaveGenerator(fingerprint: null);
        using var checkpoint = GeneratorCheckpoint.Open(_folder["generator"]);

        var missing = Assert.Throws<ModelNotFoundException>(() => GeneratorParts.LoadCodec(_store, checkpoint));
        CheckpointFolder.SaveCodec(_folder["my_codec"], codec, weights, CheckpointStatus.Preview, TensorType.F32);
        using CodecModel found = GeneratorParts.LoadCodec(_store, checkpoint);

        Assert.Equal(("my_codec", false), (missing.ModelName, missing.IsPublished));
        Assert.Contains("nor beside its folder", missing.Message, StringComparison.Ordinal);
        Assert.Equal(
            ("my_codec", CheckpointStatus.Preview, FingerprintOf(CheckpointLoader.Load(_folder["my_codec"]))), (found.Config.Name, found.Status, found.Fingerprint));
    }

    [Fact]
    public void LoadCodec_OtherWeights_AreRefused()
    {
        (EncodecConfig codec, StateDict weights) = SaveGenerator(WeightsFingerprint.FromBytes(new byte[WeightsFingerprint.ByteCount]));
        CheckpointFolder.SaveCodec(_folder["my_codec"], codec, weights, CheckpointStatus.Preview, TensorType.F32);
        using var checkpoint = GeneratorCheckpoint.Open(_folder["generator"]);

        Assert.Contains("trained on codes", Assert.Throws<CheckpointException>(() => GeneratorParts.LoadCodec(_store, checkpoint)).Message, StringComparison.Ordinal);
    }

    /// <summary>The package of a stereo model holds the name of a codec in place of one.</summary>
    [Fact]
    public void LoadCodec_PackageThatNamesAPublishedCodec_IsFoundInTheCache()
    {
        File.Copy(Fixtures.Path("golden/stereo_tiny.state_dict.bin"), _folder["state_dict.bin"]);
        File.Copy(Fixtures.Path("golden/pretrained_codec.compression_state_dict.bin"), _folder["compression_state_dict.bin"]);
        LoadedCheckpoint codec = CheckpointLoader.Load(Fixtures.Path("golden/generate_tiny.compression_state_dict.bin"));
        using var checkpoint = GeneratorCheckpoint.Open(_folder.Root);
        Assert.Equal(("encodec_32khz", null), (checkpoint.Config.Codec, checkpoint.Codec));

        var missing = Assert.Throws<ModelNotFoundException>(() => GeneratorParts.LoadCodec(_store, checkpoint));
        CheckpointFolder.SaveCodec(_cache["encodec_32khz"], codec.Config, codec.Weights, CheckpointStatus.Release, TensorType.F32);
        using CodecModel found = GeneratorParts.LoadCodec(_store, checkpoint);

        Assert.Equal(("encodec_32khz", true), (missing.ModelName, missing.IsPublished));
        Assert.Equal(FingerprintOf(CheckpointLoader.Load(_cache["encodec_32khz"])), found.Fingerprint);
    }

    [Fact]
    public void FindTextEncoder_OnlyNamed_IsFoundInTheCacheOrAskedFor()
    {
        SaveGenerator(fingerprint: null, textEncoder: "t5-base");
        using var named = GeneratorCheckpoint.Open(_folder["generator"]);

        var missing = Assert.Throws<ModelNotFoundException>(() => GeneratorParts.FindTextEncoder(_store, named));
        ModelEntry t5 = ModelCatalogue.Find("t5-base")!;
        Directory.CreateDirectory(_cache["t5-base"]);
        Assert.All(t5.Files, file => File.WriteAllText(_store.PathOf(t5, file), ""));

        Assert.Equal(("t5-base", true), (missing.ModelName, missing.IsPublished));
        Assert.Contains("or name the folder that holds it", missing.Message, StringComparison.Ordinal);
        Assert.Equal(_cache["t5-base/model.safetensors"], GeneratorParts.FindTextEncoder(_store, named));
    }

    [Fact]
    public void FindTextEncoder_UnknownName_IsNotPublished()
    {
        TinyGenerators.CopyAudioCraft(_folder, "generate_tiny");
        using var package = GeneratorCheckpoint.Open(_folder.Root);
        var unknown = Assert.Throws<ModelNotFoundException>(() => GeneratorParts.FindTextEncoder(_store, package));
        Assert.Equal(("t5-small", false), (unknown.ModelName, unknown.IsPublished));
    }

    private static WeightsFingerprint FingerprintOf(LoadedCheckpoint codec) => CodecFingerprint.OfCodes(codec.Config, codec.Weights);

    /// <summary>The golden generator as a folder of ours that names its codec.</summary>
    private (EncodecConfig Codec, StateDict Weights) SaveGenerator(WeightsFingerprint? fingerprint, string textEncoder = "t5-small")
    {
        using var source = new TemporaryFolder();
        TinyGenerators.CopyAudioCraft(source, "generate_tiny");
        using var checkpoint = GeneratorCheckpoint.Open(source.Root);
        GeneratorConfig config = checkpoint.Config with { Name = "generator", Codec = "my_codec", CodecFingerprint = fingerprint, TextEncoderName = textEncoder };
        GeneratorFolder.Save(_folder["generator"], config, checkpoint.Transformer, null, default);
        LoadedCheckpoint codec = CheckpointLoader.Load(source["compression_state_dict.bin"]);
        return (codec.Config with { Name = "my_codec" }, codec.Weights);
    }
}
