using System.Text;
using AudioCodec.Classification;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Entropy;

namespace AudioCodec.Cli.Tests;

/// <summary>A configuration that is missing, empty or of another kind of model is told in words of who put it there, whatever is loaded.</summary>
public sealed class AlienConfigTests : IDisposable
{
    private static readonly string[] s_words = ["a codec", "a codec's entropy model", "a generator", "a classifier of sounds", "a text encoder"];
    private readonly TemporaryFolder _folder = new();
    private readonly string _codec;

    public AlienConfigTests()
    {
        _codec = TinyModel.Install(_folder);
        File.WriteAllBytes(_folder["in.wav"], TestAudio.Wav(TestAudio.Signal(4000)));
    }

    public static TheoryData<string, string> Loaders()
    {
        var data = new TheoryData<string, string>();
        foreach (string needed in s_words)
        {
            foreach (string found in s_words.Where(word => word != needed))
            {
                data.Add(needed, found);
            }
        }

        return data;
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Loaders))]
    public async Task Load_ConfigOfAnotherKind_NamesBothKinds(string needed, string found)
    {
        string text = await RefusedAsync(needed, ConfigOf(found));
        Assert.Contains($"the configuration of {found}; that of {needed} is needed", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a codec")]
    [InlineData("a codec's entropy model")]
    [InlineData("a generator")]
    [InlineData("a classifier of sounds")]
    [InlineData("a text encoder")]
    public async Task Load_ConfigThatSaysNothing_SaysWhatIsNeeded(string needed)
    {
        Assert.Contains($"not the configuration of {needed}", await RefusedAsync(needed, "{}"), StringComparison.Ordinal);
        Assert.Contains("no valid JSON in line 1", await RefusedAsync(needed, "{"), StringComparison.Ordinal);
        Assert.Contains("a JSON object of keys", await RefusedAsync(needed, "[]"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Compress_WeightsAlone_TakeTheConfigurationOfTheModelThatIsNamed()
    {
        string weights = _folder["weights.safetensors"];
        File.Copy(Path.Combine(_codec, "model.safetensors"), weights);
        CliRun alone = await CliRun.Of("compress", _folder["in.wav"], "-o", _folder["a.ecdc"], "--checkpoint", weights);
        Assert.Equal(ExitCodes.Config, alone.ExitCode);
        Assert.Contains("name a model", alone.Errors, StringComparison.Ordinal);

        // A model that is named by its folder, since nothing is installed here; a published one's configuration is built in.
        CliRun other = await CliRun.Of("compress", _folder["in.wav"], "-o", _folder["a.ecdc"], "--checkpoint", weights, "--model", "encodec_24khz");
        Assert.Equal(ExitCodes.Checkpoint, other.ExitCode);
        Assert.Contains("tensor", other.Errors, StringComparison.Ordinal);

        CliRun run = await CliRun.Of("compress", _folder["in.wav"], "-o", _folder["a.ecdc"], "--checkpoint", weights, "--model", _codec, "--format", "1");
        Assert.True(run.ExitCode == ExitCodes.Success, run.Errors);
        CliRun whole = await CliRun.Of("compress", _folder["in.wav"], "-o", _folder["b.ecdc"], "--checkpoint", _codec, "--format", "1");
        Assert.True(whole.ExitCode == ExitCodes.Success, whole.Errors);
        Assert.Equal(File.ReadAllBytes(_folder["b.ecdc"]), File.ReadAllBytes(_folder["a.ecdc"]));
        CliRun back = await CliRun.Of("decompress", _folder["a.ecdc"], "-o", _folder["a.wav"], "--checkpoint", weights, "--model", _codec);
        Assert.True(back.ExitCode == ExitCodes.Success, back.Errors);
    }

    private string ConfigOf(string kind) => kind switch
    {
        "a codec" => EncodecConfigJson.Format(TinyConfigs.Causal, CheckpointStatus.Release),
        "a codec's entropy model" => Encoding.UTF8.GetString(EntropyModelConfig.For(TinyConfigs.Causal).ToJson()),
        "a generator" => """{"kind": "generator", "name": "x"}""",
        "a classifier of sounds" => Encoding.UTF8.GetString(new ClassifierConfig { Name = "x", Labels = ["a", "b"] }.ToJson()),
        _ => """{"model_type": "t5", "d_model": 8}""",
    };

    /// <summary>Loads a model of a kind whose folder has a configuration, by a command.</summary>
    private async Task<string> RefusedAsync(string needed, string config)
    {
        string folder = Directory.CreateDirectory(_folder[Guid.NewGuid().ToString("N")]).FullName;
        File.WriteAllText(Path.Combine(folder, "config.json"), config);
        File.Copy(Path.Combine(_codec, "model.safetensors"), Path.Combine(folder, "model.safetensors"));
        File.Copy(Fixtures.Path("golden/captions_unigram.model"), Path.Combine(folder, "spiece.model"));
        string[] arguments = needed switch
        {
            "a codec" => ["compress", _folder["in.wav"], "-o", _folder["x.ecdc"], "--checkpoint", folder],
            "a codec's entropy model" => ["compress", _folder["in.wav"], "-o", _folder["x.ecdc"], "--checkpoint", _codec, "--lm-checkpoint", folder, "-l"],
            "a generator" => ["generate", "rain", "-o", _folder["x.wav"], "-m", folder],
            "a classifier of sounds" => ["evaluate", "generator", "--samples", "1", "--judge", folder],
            _ => ["generate", "rain", "-o", _folder["x.wav"], "-m", Directory.Exists(_folder["generate_tiny"]) ? _folder["generate_tiny"] : TinyGenerator.InstallPackage(_folder), "--text-encoder", folder],
        };
        CliRun run = await CliRun.Of(arguments);
        Assert.True(run.ExitCode == ExitCodes.Config, $"{run.ExitCode}: {run.Errors}");
        Assert.Contains("config.json", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("mapped", run.Errors, StringComparison.Ordinal);
        return run.Errors;
    }
}
