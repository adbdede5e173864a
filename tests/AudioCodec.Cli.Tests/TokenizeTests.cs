using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Cli.Options;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Cli.Tests;

/// <summary><c>audiocodec tokenize</c>.</summary>
public sealed partial class TokenizeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Two hundred files, three processes, one of them killed in the middle: every file exactly once, with the codes that it has alone.</summary>
    [Fact]
    public async Task ThreeWorkers_OneKilled_MakeEveryFileExactlyOnce()
    {
        const int Count = 200;
        string model = TinyModel.Install(_folder);
        for (int i = 0; i < Count; i++)
        {
            WriteWav($"in/{i % 7}/{i:D3}.wav", TestAudio.Signal(16000 + (i * 13), seed: i));
        }

        string[] arguments = ["tokenize", _folder["in"], "-o", _folder["codes"], "--checkpoint", model, "-b", "16", "--search-width", "64", "--shard-files", "4", "--jobs", "1"];
        Process[] workers = [.. Enumerable.Range(0, 3).Select(i => AudioCodecProcess.Start([], [.. arguments, "--shard", $"{i}/3"]))];
        Stopwatch waited = Stopwatch.StartNew();
        while (!File.Exists(_folder["codes/shard-00000.safetensors"]))
        {
            Assert.True(waited.Elapsed < TimeSpan.FromMinutes(2) && !workers[0].HasExited, "the first worker wrote no shard");
            await Task.Delay(2);
        }

        workers[0].Kill();
        ProcessResult killed = await AudioCodecProcess.FinishAsync(workers[0], []);
        Assert.NotEqual(ExitCodes.Success, killed.ExitCode);
        Assert.False(File.Exists(_folder["codes/index.json"]));
        ProcessResult[] others = await Task.WhenAll(workers[1..].Select(worker => AudioCodecProcess.FinishAsync(worker, [])));
        Assert.All(others, other => Assert.True(other.ExitCode == ExitCodes.Success, other.Errors));
        Assert.Contains(others, other => other.Errors.Contains("is complete", StringComparison.Ordinal));

        Dictionary<string, ushort[]> codes = ReadShards(out int shards);
        Assert.Equal(Count / 4, shards);
        Assert.Equal(Count, codes.Count);
        Assert.Equal(["index.json", "plan.json"], Directory.EnumerateFileSystemEntries(_folder["codes"]).Select(Path.GetFileName).Where(name => !name!.StartsWith("shard-", StringComparison.Ordinal)).Order());
        using EncodecModel engine = EncodecModel.LoadFile(model);
        foreach (int i in (int[])[0, 77, 199])
        {
            EncodedAudio expected = engine.Encode(TestAudio.Read(_folder[$"in/{i % 7}/{i:D3}.wav"]), 16, searchWidth: 64);
            Assert.Equal(ByCodebook(expected), codes[$"{i % 7}/{i:D3}.wav"]);
        }

        using JsonDocument index = JsonDocument.Parse(File.ReadAllText(_folder["codes/index.json"]));
        Assert.Equal(Count, index.RootElement.GetProperty("weight_map").EnumerateObject().Count());
        Assert.Equal(Count, index.RootElement.GetProperty("metadata").GetProperty("files").GetInt32());

        // Nothing is left to do.
        CliRun again = await CliRun.Of(arguments);
        Assert.Equal(ExitCodes.Success, again.ExitCode);
        Assert.Contains("0 done, 0 failed, 0 shards written", again.Errors, StringComparison.Ordinal);
    }

    /// <summary>A damaged shard is made again; a file that cannot be read is named, and does not stop the others.</summary>
    [Fact]
    public async Task DamagedFilesAndShards_AreNamedAndMadeAgain()
    {
        string model = TinyModel.Install(_folder);
        WriteWav("in/a.wav", TestAudio.Signal(4000));
        WriteWav("in/b.wav", TestAudio.Signal(5000));
        File.WriteAllText(_folder["in/broken.flac"], "no audio");
        string[] arguments = ["tokenize", _folder["in"], "-o", _folder["codes"], "--checkpoint", model, "-b", "16", "--shard-files", "2"];
        CliRun first = await CliRun.Of([.. arguments, "--json"]);
        Assert.Equal(ExitCodes.PartialFailure, first.ExitCode);
        using JsonDocument report = JsonDocument.Parse(first.Text);
        Assert.Equal("broken.flac", report.RootElement.GetProperty("failures")[0].GetProperty("input").GetString());
        Assert.Equal(2, report.RootElement.GetProperty("files").GetInt32());
        byte[] shard = File.ReadAllBytes(_folder["codes/shard-00000.safetensors"]);
        File.WriteAllBytes(_folder["codes/shard-00000.safetensors"], shard[..20]);
        CliRun second = await CliRun.Of(arguments);
        Assert.Equal(ExitCodes.Success, second.ExitCode);
        Assert.Equal(shard, File.ReadAllBytes(_folder["codes/shard-00000.safetensors"]));
    }

    /// <summary>Models with scaled segments: the codes of all segments in turn, and the scales.</summary>
    [Fact]
    public async Task SegmentedModel_HasScales()
    {
        string model = TinyModel.Install(_folder, TinyConfigs.Stereo);
        EncodecConfig config = TinyConfigs.Stereo;
        AudioBuffer audio = TestAudio.Signal(config.SampleRateHz * 5 / 2, 2, config.SampleRateHz);
        WriteWav("in/a.wav", audio);
        CliRun run = await CliRun.Of("tokenize", _folder["in"], "-o", _folder["codes"], "--checkpoint", model, "-b", config.BandwidthsKbps[^1].ToString(CultureInfo.InvariantCulture));
        Assert.True(run.ExitCode == ExitCodes.Success, run.Errors);
        using EncodecModel engine = EncodecModel.LoadFile(model);
        using SafetensorsFile file = SafetensorsFile.Open(_folder["codes/shard-00000.safetensors"]);
        EncodedAudio expected = engine.Encode(audio, config.BandwidthsKbps[^1]);
        Assert.True(expected.Segments.Count > 1);
        Assert.Equal(expected.Segments.Select(s => s.Scale), file.ReadFloat32("a.wav.scales"));
        Assert.Equal(ByCodebook(expected), Array.ConvertAll(file.ReadInt32("a.wav"), code => (ushort)code));
    }

    [Fact]
    public async Task OtherCorpusOrSettings_InTheSameFolder_AreRefused()
    {
        string model = TinyModel.Install(_folder);
        WriteWav("in/a.wav", TestAudio.Signal(4000));
        string[] arguments = ["tokenize", _folder["in"], "-o", _folder["codes"], "--checkpoint", model];
        Assert.Equal(ExitCodes.Success, (await CliRun.Of([.. arguments, "-b", "16"])).ExitCode);
        CliRun otherRate = await CliRun.Of([.. arguments, "-b", "8"]);
        Assert.Equal(ExitCodes.Config, otherRate.ExitCode);
        Assert.Contains("codebooks", otherRate.Errors, StringComparison.Ordinal);
        WriteWav("in/b.wav", TestAudio.Signal(4000));
        CliRun otherFiles = await CliRun.Of([.. arguments, "-b", "16"]);
        Assert.Equal(ExitCodes.Config, otherFiles.ExitCode);
        Assert.Contains("1 then, 2 now", otherFiles.Errors, StringComparison.Ordinal);
    }

    /// <summary>Files together on libtorch: the managed engine's codes but for near-ties.</summary>
    [Fact]
    public async Task OnLibtorch_GivesTheManagedCodes()
    {
        string model = TinyModel.Install(_folder);
        for (int i = 0; i < 9; i++)
        {
            WriteWav($"in/{i}.wav", TestAudio.Signal(3 + (i * 1717), seed: i));
        }

        ProcessResult torch = await AudioCodecProcess.RunAsync([], [], "tokenize", _folder["in"], "-o", _folder["codes"], "--checkpoint", model, "-b", "16", "--device", "torch");
        Assert.SkipWhen(torch.ExitCode == ExitCodes.Torch && !RequiredTorch.IsRequired, torch.Errors);
        Assert.True(torch.ExitCode == ExitCodes.Success, torch.Errors);
        Dictionary<string, ushort[]> actual = ReadShards(out _);
        Directory.Delete(_folder["codes"], recursive: true);
        Assert.Equal(ExitCodes.Success, (await CliRun.Of("tokenize", _folder["in"], "-o", _folder["codes"], "--checkpoint", model, "-b", "16")).ExitCode);
        Dictionary<string, ushort[]> expected = ReadShards(out _);
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        Assert.Equal(9, expected.Count);
        int equal = expected.Sum(entry => entry.Value.Zip(actual[entry.Key]).Count(pair => pair.First == pair.Second));
        Assert.InRange(equal / (double)expected.Values.Sum(codes => codes.Length), 0.995, 1);
    }

    [Theory]
    [InlineData("3/3")]
    [InlineData("1")]
    [InlineData("-1/3")]
    [InlineData("a/b")]
    public async Task Shard_OutOfRange_IsAUsageError(string shard)
    {
        CliRun run = await CliRun.Of("tokenize", _folder["in"], "-o", _folder["codes"], "--shard", shard);
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains("such as 2/8", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Scheduler_TellsTheWorker()
    {
        Assert.Equal((0, 1), Read());
        Assert.Equal((2, 8), Read(("SLURM_ARRAY_TASK_ID", "3"), ("SLURM_ARRAY_TASK_MIN", "1"), ("SLURM_ARRAY_TASK_COUNT", "8")));
        Assert.Equal((5, 6), Read(("JOB_COMPLETION_INDEX", "5")));
        Assert.Equal((0, 1), Read(("JOB_COMPLETION_INDEX", "nonsense")));

        static (int, int) Read(params (string Name, string Value)[] variables) =>
            ShardOption.FromScheduler(name => variables.FirstOrDefault(variable => variable.Name == name).Value);
    }

    /// <summary>The command lines of the job files are understood.</summary>
    [Fact]
    public void JobFiles_HoldCommandsThatParse()
    {
        string folder = Path.Combine(Fixtures.RepositoryRoot, "tools", "cluster");
        string batch = File.ReadAllText(Path.Combine(folder, "tokenize.sbatch"));
        Assert.Contains("exec audiocodec tokenize \"$corpus\" -o \"$output\" --jobs ", batch, StringComparison.Ordinal);
        Match list = KubernetesCommand().Match(File.ReadAllText(Path.Combine(folder, "tokenize.yaml")));
        string[] words = [.. list.Groups[1].Value.Split(", ").Select(word => word.Trim('"').Replace("$(JOB_COMPLETION_INDEX)", "7", StringComparison.Ordinal))];
        Assert.Equal("audiocodec", words[0]);
        Assert.Empty(CommandLine.CreateRoot().Parse(words[1..]).Errors);
    }

    [GeneratedRegex(@"command: \[(.*)\]")]
    private static partial Regex KubernetesCommand();

    private static ushort[] ByCodebook(EncodedAudio audio)
    {
        ushort[] frames = [.. audio.Segments.SelectMany(s => s.Codes)];
        return [.. Enumerable.Range(0, frames.Length).OrderBy(i => i % audio.Codebooks).Select(i => frames[i])];
    }

    private void WriteWav(string name, AudioBuffer audio)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        File.WriteAllBytes(_folder[name], TestAudio.Wav(audio));
    }

    private Dictionary<string, ushort[]> ReadShards(out int count)
    {
        var codes = new Dictionary<string, ushort[]>(StringComparer.Ordinal);
        string[] shards = Directory.GetFiles(_folder["codes"], "shard-*.safetensors");
        count = shards.Length;
        foreach (string shard in shards)
        {
            using SafetensorsFile file = SafetensorsFile.Open(shard);
            foreach (string name in file.Names)
            {
                codes.Add(name, Array.ConvertAll(file.ReadInt32(name), code => (ushort)code)); // Throws where a file is there twice.
            }
        }

        return codes;
    }
}
