using System.Diagnostics;

namespace AudioCodec.Cli.Tests;

/// <summary>The script that runs a packed training, with a program in the place of ours that says what it was asked for.</summary>
public sealed class OfflineTrainingTests : IDisposable
{
    private const string Program = """
        #!/usr/bin/env bash
        case $1 in
            train) trap 'echo stopped at step 3; exit 0' TERM; echo "$@"; while :; do sleep 0.1; done ;;
            export) mkdir -p "$4"; head -c 3000000 /dev/urandom >"$4/model.safetensors"; cp "$4/model.safetensors" kept ;;
        esac
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly string _pack;

    public OfflineTrainingTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The script is for Linux.");
        Assert.SkipUnless((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "xz"))), "xz is not on the PATH.");
        _pack = Directory.CreateDirectory(_folder["pack"]).FullName;
        File.Copy(Path.Combine(Fixtures.RepositoryRoot, "tools", "offline-training", "run.sh"), Path.Combine(_pack, "run.sh"));
        Directory.CreateDirectory(_folder["stage/app"]);
        Directory.CreateDirectory(_folder["stage/data"]);
        File.WriteAllText(_folder["stage/app/audiocodec"], Program);
        File.WriteAllText(_folder["stage/arguments"], "train\ncodec\n-d\ndata\nname=with blank\n");
        Shell($"chmod +x stage/app/audiocodec && tar -cJf pack/program.tar.xz.000 -C stage app arguments && tar -cf pack/data.tar.000 -C stage data && cd pack && sha256sum *.000 >SHA256SUMS");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_StartsStopsAndExports()
    {
        Shell("DEVICE=cpu pack/run.sh start run.steps=5");
        Stopwatch waited = Stopwatch.StartNew();
        while (!Shell("DEVICE=cpu pack/run.sh status").Contains("train codec", StringComparison.Ordinal))
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(30), "the program did not start");
        }

        Assert.Contains("running", Shell("pack/run.sh status"), StringComparison.Ordinal);
        Assert.Contains("train codec -d data name=with blank --run run --device cpu run.steps=5", Shell("pack/run.sh status"), StringComparison.Ordinal);
        string stopped = Shell("pack/run.sh stop");
        Assert.Contains("ended with 0", stopped, StringComparison.Ordinal);
        Assert.Contains("stopped at step 3", stopped, StringComparison.Ordinal);
        Shell("PIECE_MB=1 pack/run.sh export out && out/join.sh joined");
        Assert.Equal(3, Directory.GetFiles(_folder["out"], "exported.tar.*").Length);
        Assert.Equal(File.ReadAllBytes(_folder["pack/work/kept"]), File.ReadAllBytes(_folder["joined/model.safetensors"]));
    }

    [Fact]
    public void Start_WithADamagedPiece_SaysSo()
    {
        File.AppendAllText(_folder["pack/data.tar.000"], "x");
        Assert.Contains("copy it again", Shell("DEVICE=cpu pack/run.sh start", fails: true), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["pack/work"]));
    }

    private string Shell(string command, bool fails = false)
    {
        ProcessResult result = AudioCodecProcess.FinishAsync(AudioCodecProcess.Start("bash", [], ["-c", command], _folder.Root), []).GetAwaiter().GetResult();
        string text = System.Text.Encoding.UTF8.GetString(result.Output) + result.Errors;
        Assert.True(result.ExitCode == 0 != fails, $"{command} ended with {result.ExitCode}: {text}");
        return text;
    }
}
