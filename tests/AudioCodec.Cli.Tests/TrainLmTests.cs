using AudioCodec.Models;

namespace AudioCodec.Cli.Tests;

/// <summary>From audio to a smaller file: train a language model, export it, compress with it.</summary>
public sealed class TrainLmTests : IDisposable
{
    private const string Recipe = """
        model: {dimension: 16, layers: 1, heads: 2, feed_forward: 32, window: 50}
        data: {chunk_seconds: 0.1, batch_size: 4, split: "", variants: 1}
        optimizer: {lr: 0.01, betas: [0.9, 0.98], ema_decay: 0.5}
        run: {steps: 30, log_every: 10, save_every: 100, valid_every: 15, valid_files: 1, valid_seconds: 1, valid_bandwidth: 16}
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly string _codec;

    public TrainLmTests()
    {
        _codec = TinyModel.Install(_folder);
        Directory.CreateDirectory(_folder["data/valid"]);
        File.WriteAllBytes(_folder["data/a.wav"], TestAudio.Wav(TestAudio.Signal(16000)));
        File.WriteAllBytes(_folder["data/valid/b.wav"], TestAudio.Wav(TestAudio.Signal(8000, seed: 2)));
        File.WriteAllText(_folder["lm.yaml"], Recipe);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_ExportCompress_GivesSmallerFileThatDecodesToTheSame()
    {
        _ = RequiredTorch.Load();
        CliRun train = await Train(_codec);
        Assert.True(train.ExitCode == ExitCodes.Success, train.Errors);
        Assert.Contains("saving", train.Errors + train.Text, StringComparison.Ordinal);
        await Run("export", _folder["run"], "-o", _codec + "_lm");
        CheckpointFolder.VerifySums(_codec + "_lm");
        Assert.Contains("encodec_tiny_causal", File.ReadAllText(_codec + "_lm/README.md"), StringComparison.Ordinal);

        string input = _folder["data/a.wav"];
        await Run("compress", input, "--no-lm", "--format", "1", "--checkpoint", _codec, "-o", _folder["plain.ecdc"]);
        await Run("compress", input, "-l", "--checkpoint", _codec, "-o", _folder["coded.ecdc"]);
        await Run("verify", _folder["coded.ecdc"], "--checkpoint", _codec);
        await Run("decompress", _folder["plain.ecdc"], "--checkpoint", _codec, "-o", _folder["plain.wav"]);
        await Run("decompress", _folder["coded.ecdc"], "--checkpoint", _codec, "-o", _folder["coded.wav"]);
        Assert.True(new FileInfo(_folder["coded.ecdc"]).Length < 0.9 * new FileInfo(_folder["plain.ecdc"]).Length);
        Assert.Equal(File.ReadAllBytes(_folder["plain.wav"]), File.ReadAllBytes(_folder["coded.wav"]));

        // Another codec of the same name: its codes are not those that the model learned.
        using var other = new TemporaryFolder();
        string copy = TinyModel.Install(other);
        TinyModel.Change(copy, "encoder.model.0.conv.conv.bias");
        CliRun refused = await CliRun.Of("compress", input, "-l", "--checkpoint", copy, "--lm-checkpoint", _codec + "_lm", "-o", _folder["no.ecdc"]);
        Assert.Equal(ExitCodes.Checkpoint, refused.ExitCode);
        Assert.Contains("trained on codes", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_DryRunOrWrongInput_SaysSoAndWritesNothing()
    {
        _ = RequiredTorch.Load();
        CliRun dry = await Train(_codec, "--dry-run");
        Assert.True(dry.ExitCode == ExitCodes.Success, dry.Errors);
        Assert.Equal(ExitCodes.Checkpoint, (await Train(_folder["nothing"])).ExitCode);
        CliRun unknown = await Train(_codec, "model.widht=3");
        Assert.Equal(ExitCodes.Config, unknown.ExitCode);
        Assert.Contains("widht", unknown.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["run"]));
    }

    private static async Task Run(params string[] arguments)
    {
        CliRun run = await CliRun.Of(arguments);
        Assert.True(run.ExitCode == ExitCodes.Success, $"{string.Join(' ', arguments)}: {run.Errors}");
    }

    private Task<CliRun> Train(string codec, params string[] more) => CliRun.Of(
        ["train", "lm", "-c", _folder["lm.yaml"], "-d", _folder["data"], "--codec", codec, "-o", _folder["run"], "--threads", "1", .. more]);
}
