using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Torch.Loading;

namespace AudioCodec.Cli.Tests.Repository;

/// <summary>The README's lines for a shell run in their order, in a folder with what the README says is there; with ffmpeg and without.</summary>
/// <remarks>The published models, which are not in the repository, are tiny ones under their names here.</remarks>
public sealed class ReadmeShellTests : IDisposable
{
    private const string FromTheFolder = "dotnet run -c Release --project src/AudioCodec.Cli -- ";

    /// <summary>How lines begin that are not run, and why.</summary>
    private static readonly (string Start, string Reason)[] s_notRun =
    [
        ("apt-get install", "installs a package of Debian"),
        (".ci/run", "runs these tests"),
        ("dotnet pack", "packs; PackageTests install what was packed"),
        ("audiocodec studio", "runs until it is stopped; the studio's tests start it"),
        ("audiocodec models pull", "downloads; ModelsTests pull from a mirror of their own"),
    ];

    /// <summary>What is added to lines that would run for long.</summary>
    private static readonly (string Start, string Added)[] s_shortened =
    [
        ("audiocodec train codec", "run.steps=2 run.valid_files=1 run.valid_seconds=0.5 initialization.form=random quantizer.start_step=100 model.filters=2 data.batch_size=1 data.crop_seconds=0.5"),
        ("audiocodec generate \"a rooster crows\"", "-d 0.2"),
        ("audiocodec generate", "-d 0.2"),
        ("audiocodec evaluate", "--max-seconds 1"),
        ("audiocodec compare", "--max-seconds 1"),
    ];

    private static readonly string? s_libtorch = new LibTorchSearch().Look().FirstOrDefault(candidate => candidate.Fault is null)?.Folder;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [UnsupportedOSPlatform("windows")]
    public async Task Readme_LinesForAShell_RunInTheirOrder(bool withFfmpeg)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The lines are for a shell.");
        string[] lines = [.. Readme.ShellLines(Readme.Text).Select(line => line.StartsWith(FromTheFolder, StringComparison.Ordinal) ? "audiocodec " + line[FromTheFolder.Length..] : line)];
        Assert.InRange(lines.Length, 25, 60);
        Assert.All(s_notRun, entry => Assert.Contains(lines, line => line.StartsWith(entry.Start, StringComparison.Ordinal)));
        SetUp(withFfmpeg);
        var run = new List<string>();
        foreach (string line in lines.Where(line => !s_notRun.Any(entry => line.StartsWith(entry.Start, StringComparison.Ordinal))))
        {
            if (s_libtorch is null && (line.StartsWith("audiocodec train", StringComparison.Ordinal) || line.StartsWith("audiocodec export", StringComparison.Ordinal)))
            {
                continue;
            }

            string added = s_shortened.FirstOrDefault(entry => line.StartsWith(entry.Start, StringComparison.Ordinal)).Added ?? "";
            run.Add(line);
            (string, string)[] environment =
            [
                ("PATH", _folder["bin"]), ("HOME", _folder["home"]), ("AUDIOCODEC_CACHE", _folder["cache"]), ("AUDIOCODEC_CHECKPOINTS", _folder["models"]), (LibTorchSearch.Variable, s_libtorch ?? ""),
            ];
            ProcessResult result = await AudioCodecProcess.FinishAsync(
                AudioCodecProcess.Start("/bin/bash", environment, ["-o", "pipefail", "-c", $"{line} {added}"], _folder["work"]), []);
            Assert.True(result.ExitCode == 0, $"{string.Join(Environment.NewLine, run)}{Environment.NewLine}{result.ExitCode}: {result.Errors}");
        }

        Assert.True(TestAudio.Read(_folder["work/part.wav"]).LengthSamples == 72000, "three seconds of what was recorded");
        Assert.Equal(6, Directory.GetFiles(_folder["work/sounds"]).Length);
        Assert.Contains("<audio", File.ReadAllText(_folder["work/report.html"]), StringComparison.Ordinal);
    }

    [UnsupportedOSPlatform("windows")]
    private void SetUp(bool withFfmpeg)
    {
        foreach (string name in new[] { "bin", "home", "cache", "models/encodec_48khz", "work/recordings" })
        {
            Directory.CreateDirectory(_folder[name]);
        }

        foreach (string program in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Where(Directory.Exists).SelectMany(Directory.EnumerateFiles))
        {
            string link = Path.Combine(_folder["bin"], Path.GetFileName(program));
            if ((withFfmpeg || !Path.GetFileName(program).StartsWith("ff", StringComparison.Ordinal)) && !Path.Exists(link))
            {
                File.CreateSymbolicLink(link, program);
            }
        }

        string dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));
        Script("audiocodec", $"exec '{dotnet}' '{typeof(CommandLine).Assembly.Location}' \"$@\"");
        Script("arecord", "exec head -c 480000 /dev/urandom");
        File.WriteAllBytes(_folder["work/speech.wav"], TestAudio.Wav(TestAudio.Signal(16000, sampleRateHz: 16000)));
        foreach (string name in new[] { "a", "b" })
        {
            File.WriteAllBytes(_folder[$"work/recordings/{name}.wav"], TestAudio.Wav(TestAudio.Signal(24000, sampleRateHz: 24000, seed: name[0])));
        }

        File.Copy(Fixtures.Path("audio/mono8.flac"), _folder["work/music.flac"]);
        File.Copy(Fixtures.Path($"golden/{TinyConfigs.Stereo.Name}.weights.safetensors"), _folder["models/encodec_48khz/model.safetensors"]);
        EncodecConfigJson.Write(
            _folder["models/encodec_48khz/config.json"], TinyConfigs.Stereo with { Name = "encodec_48khz", BandwidthsKbps = [4, 12] }, CheckpointStatus.Release);
        Directory.Move(TinyGenerator.InstallHuggingFace(_folder), _folder["work/audiogen-medium"]);
        Directory.Move(TinyGenerator.InstallTextEncoder(_folder), _folder["work/t5-large"]);
    }

    [UnsupportedOSPlatform("windows")]
    private void Script(string name, string command)
    {
        string path = Path.Combine(_folder["bin"], name);
        File.Delete(path);
        File.WriteAllText(path, $"#!/bin/bash\n{command}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
