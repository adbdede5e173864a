using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Models;
using AudioCodec.TestSupport;
using AudioCodec.Tests.Checkpoints;

namespace AudioCodec.Tests.Models;

public sealed class FingerprintFileTests
{
    private const string Invented = "0123456789abcdef0123456789abcdef";

    public static TheoryData<string> Shipped => new("audiocodec_24khz", "audiocodec_24khz_small");

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Read_ModelsThatShip_GivesWhatTheirWeightsGive(string name)
    {
        string codec = Path.Combine(Fixtures.RepositoryRoot, "checkpoints", name);
        IReadOnlyDictionary<string, WeightsFingerprint> known = FingerprintFile.Read(codec);
        LoadedCheckpoint loaded = CheckpointLoader.Load(codec);
        Assert.Equal(CodecFingerprint.OfCodes(loaded.Config, loaded.Weights), known[FingerprintFile.Codes]);
        Assert.Equal(CodecFingerprint.OfDecoder(loaded.Config, loaded.Weights), known[FingerprintFile.Decoder]);

        string entropyModel = codec + "_lm";
        Assert.Equal(WeightsFingerprint.Of(CheckpointLoader.LoadTensors(entropyModel)), FingerprintFile.Read(entropyModel)[FingerprintFile.Weights]);
        CheckpointFolder.VerifySums(codec);
        CheckpointFolder.VerifySums(entropyModel);
    }

    [Fact]
    public void CodecModel_StatedFingerprints_AreTakenWhileTheFilesAreTheSame()
    {
        using TemporaryFolder folder = Saved(out LoadedCheckpoint loaded);
        string path = folder[FingerprintFile.Name];
        WeightsFingerprint codes = CodecFingerprint.OfCodes(loaded.Config, loaded.Weights);
        WeightsFingerprint decoder = CodecFingerprint.OfDecoder(loaded.Config, loaded.Weights);
        Assert.Equal((codes, decoder), Fingerprints(folder.Root));
        Assert.Equal((codes, decoder), Fingerprints(folder["model.safetensors"]));

        string[] lines = File.ReadAllLines(path);
        File.WriteAllLines(path, [lines[0], $"{Invented}  codes"]);
        (WeightsFingerprint stated, WeightsFingerprint computed) = Fingerprints(folder.Root);
        Assert.Equal((Invented, decoder), (stated.ToString(), computed));
        Assert.Equal(Invented, Fingerprints(folder["model.safetensors"]).Codes.ToString());

        // The same bytes under another name may have another configuration.
        File.Copy(folder["model.safetensors"], folder["other.safetensors"]);
        Assert.Empty(FingerprintFile.Read(folder["other.safetensors"]));
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("config.json")]
    public void Read_FilesThatWereChanged_GivesNothing(string file)
    {
        using TemporaryFolder folder = Saved(out _);
        Assert.Equal(2, FingerprintFile.Read(folder.Root).Count);
        byte[] bytes = File.ReadAllBytes(folder[file]);
        bytes[^2] ^= 1;
        File.WriteAllBytes(folder[file], bytes);
        Assert.Empty(FingerprintFile.Read(folder.Root));
        File.Delete(folder[file]);
        Assert.Empty(FingerprintFile.Read(folder.Root));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData(Invented + "  codes\n")]
    [InlineData(Invented + "  files\n" + Invented + "  codes\n")]
    [InlineData("x123456789abcdef0123456789abcdef  files\n")]
    [InlineData(null)]
    public void CodecModel_FileThatIsNoneOrOfOthers_ComputesThem(string? text)
    {
        using TemporaryFolder folder = Saved(out LoadedCheckpoint loaded);
        string path = folder[FingerprintFile.Name];
        File.WriteAllText(path, text ?? File.ReadAllText(path) + new string('0', 5000));
        Assert.Equal(CodecFingerprint.OfCodes(loaded.Config, loaded.Weights), Fingerprints(folder.Root).Codes);
    }

    private static TemporaryFolder Saved(out LoadedCheckpoint loaded)
    {
        TemporaryFolder folder = new();
        CheckpointFolder.SaveCodec(folder.Root, TinyConfigs.Causal, TinyModels.Weights("encodec_tiny_causal"), CheckpointStatus.Preview);
        loaded = CheckpointLoader.Load(folder.Root);
        return folder;
    }

    private static (WeightsFingerprint Codes, WeightsFingerprint Decoder) Fingerprints(string path)
    {
        using CodecModel model = CodecModel.Load(path, new ModelStore(), null, null);
        return (model.Fingerprint, model.DecoderFingerprint);
    }
}
