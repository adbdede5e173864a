using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Models;
using AudioCodec.TestSupport;
using AudioCodec.Tests.Checkpoints;

namespace AudioCodec.Tests.Models;

public class CheckpointFolderTests
{
    [Fact]
    public void SaveCodec_ThenLoad_GivesTheWeightsWithoutTrainingBuffers()
    {
        using var folder = new TemporaryFolder();
        StateDict weights = TinyModels.Weights("encodec_tiny_stereo");

        CheckpointFolder.SaveCodec(folder.Root, TinyConfigs.Stereo, weights, CheckpointStatus.Preview, TensorType.F32);
        LoadedCheckpoint loaded = CheckpointLoader.Load(folder.Root);

        Assert.Equal((EncodecConfigJson.Kind, "encodec_tiny_stereo", CheckpointStatus.Preview), CheckpointFolder.Describe(folder.Root));
        Assert.Equal(EncodecTensors.For(TinyConfigs.Stereo).Count, loaded.Weights.Tensors.Count);
        Assert.All(loaded.Weights.Tensors, t => Assert.Equal(weights.Tensors[t.Key].Values, t.Value.Values));
        CheckpointFolder.VerifySums(folder.Root);
    }

    [Fact]
    public void SaveCodec_WithLeadIn_StatesHowSilenceIsEncoded()
    {
        using var folder = new TemporaryFolder();
        EncodecConfig config = TinyConfigs.Causal with { LeadInFrames = 8 };
        CheckpointFolder.SaveCodec(folder.Root, config with { SilenceLatent = new float[config.Dimension] }, TinyModels.Weights("encodec_tiny_causal"), CheckpointStatus.Preview);
        using EncodecModel model = EncodecModel.LoadFile(folder.Root);
        Assert.Equal(model.MeasureSilence(), model.Config.SilenceLatent);
        CheckpointFolder.VerifySums(folder.Root);
    }

    [Fact]
    public void VerifySums_ChangedMissingOrForeignFile_IsNamed()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["README.md"], "card");
        CheckpointFolder.WriteSums(folder.Root);
        CheckpointFolder.VerifySums(folder.Root);

        File.WriteAllText(folder["README.md"], "other");
        Assert.Contains("README.md", Assert.Throws<CheckpointException>(() => CheckpointFolder.VerifySums(folder.Root)).Message, StringComparison.Ordinal);
        File.Delete(folder["README.md"]);
        Assert.Contains("missing", Assert.Throws<CheckpointException>(() => CheckpointFolder.VerifySums(folder.Root)).Message, StringComparison.Ordinal);
        File.WriteAllText(folder[CheckpointFolder.SumsFile], new string('0', 64) + "  ../README.md\n");
        Assert.Throws<CheckpointException>(() => CheckpointFolder.VerifySums(folder.Root));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"kind\": \"codec\", \"name\": \"x\"}")]
    [InlineData("{\"kind\": \"codec\", \"name\": \"x\", \"status\": \"perfect\"}")]
    [InlineData("{")]
    public void Describe_IncompleteConfig_IsRefused(string json)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["config.json"], json);
        Assert.Throws<ConfigException>(() => CheckpointFolder.Describe(folder.Root));
    }
}
