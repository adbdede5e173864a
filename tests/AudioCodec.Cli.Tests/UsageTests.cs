using AudioCodec.Audio;

namespace AudioCodec.Cli.Tests;

/// <summary>What is mistyped or contradicts itself is refused in words that help, and nothing is written.</summary>
public sealed class UsageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public UsageTests()
    {
        _model = TinyModel.Install(_folder);
        File.WriteAllBytes(_folder["in.wav"], TestAudio.Wav(TestAudio.Signal(4000), PcmEncoding.S16));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("compress --bandwith 6 IN", "'--bandwidth'")]
    [InlineData("compress IN --bandwith=6", "'--bandwidth'")]
    [InlineData("IN out.ecdc --thread 2", "'--threads'")]
    [InlineData("decompress IN --rescal", "'--rescale'")]
    [InlineData("cat IN IN --ouput x.ecdc", "'--output'")]
    [InlineData("trim IN --star 1 -o x.ecdc", "'--start'")]
    [InlineData("train codec -c x -d y --dryrun", "'--dry-run'")]
    [InlineData("models list --jsn", "'--json'")]
    [InlineData("compress IN --vebose", "'--verbose'")]
    public async Task Option_Mistyped_NamesTheNearest(string line, string nearest)
    {
        CliRun run = await Of(line);
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains($"did you mean {nearest}", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Option_UnlikeAny_NamesNone()
    {
        CliRun run = await Of("compress IN --qwertyuiop");
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.DoesNotContain("did you mean", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@in.wav")]
    [InlineData("[live] in.wav")]
    [InlineData("[live]")]
    public async Task Compress_NameThatAParserCouldMisread_IsAFile(string name)
    {
        File.Copy(_folder["in.wav"], _folder[name]);
        CliRun run = await CliRun.Of("compress", _folder[name], "-o", _folder["a.ecdc"], "--checkpoint", _model);
        Assert.True(run.ExitCode == ExitCodes.Success, run.Errors);
        ProcessResult bare = await AudioCodecProcess.FinishAsync(
            AudioCodecProcess.Start("dotnet", [], [typeof(CommandLine).Assembly.Location, name, "b.ecdc", "--checkpoint", _model], _folder.Root), []);
        Assert.True(bare.ExitCode == ExitCodes.Success, bare.Errors);
        Assert.Equal(File.ReadAllBytes(_folder["a.ecdc"]), File.ReadAllBytes(_folder["b.ecdc"]));
    }

    [Theory]
    [InlineData("decompress IN --start 1,5", "--start 1,5")]
    [InlineData("generate rain --duration 1,5", "--duration 1,5")]
    [InlineData("generate rain --guidance 1,5", "--guidance 1,5")]
    [InlineData("evaluate generator --duration 1,5", "--duration 1,5")]
    [InlineData("trim IN -o x.ecdc --duration 1,000", "--duration 1,000")]
    [InlineData("compress IN -b 1,5", "-b 1,5")]
    [InlineData("IN -b 1,5", "-b 1,5")]
    [InlineData("roundtrip IN -b 1,5", "-b 1,5")]
    [InlineData("evaluate IN --max-seconds 1,5", "--max-seconds 1,5")]
    [InlineData("evaluate IN -b 1,5", "-b 1,5")]
    [InlineData("compress IN --threads 1,0", "--threads")]
    [InlineData("decompress IN --rate 24,000", "--rate 24,000")]
    public async Task Number_WithAComma_IsRefused(string line, string named)
    {
        CliRun run = await Of(line);
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains(named, run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("IN a.ecdc -o b.ecdc", "both name the output")]
    [InlineData("compress IN -q --checkpoint MODEL", "--checkpoint")]
    [InlineData("compress IN --model encodec_24khz --checkpoint MODEL", "tiny_causal")]
    [InlineData("compress IN -o y.wav --checkpoint MODEL", "named like audio")]
    [InlineData("compress IN -o y.flac --checkpoint MODEL", "named like audio")]
    [InlineData("roundtrip IN --ecdc y.wav --checkpoint MODEL", "named like audio")]
    [InlineData("roundtrip IN -o y.ecdc --checkpoint MODEL", "named like a compressed file")]
    [InlineData("evaluate IN -b 7 --checkpoint MODEL", "kbit/s")]
    [InlineData("CODED -b 6", "--bandwidth")]
    [InlineData("CODED out.wav --tag a=b", "--tag")]
    [InlineData("CODED out.wav --no-lm", "--no-lm")]
    [InlineData("IN --bits 24", "--bits")]
    [InlineData("IN out.ecdc -r", "--rescale")]
    [InlineData("IN out.ecdc --rate 16000", "--rate")]
    [InlineData("IN -s _x", "--decompress-suffix")]
    [InlineData("IN out.wav -s _x --checkpoint MODEL", "--decompress-suffix")]
    [InlineData("CODED out.raw --raw s16le:8000:1 --bits 24", "--raw")]
    [InlineData("decompress CODED -o out.raw --raw s16le:8000:1 --bits 16", "--raw")]
    [InlineData("generate rain -o out.raw --raw s16le:24000:1 --bits 24", "--raw")]
    [InlineData("generate rain -o out.wav --raw s16le:24000:1", "promises a .wav")]
    [InlineData("generate rain -o out.ecdc --raw s16le:24000:1", "promises codes")]
    [InlineData("generate rain -o out.txt", "out.txt")]
    [InlineData("generate rain -o out.ecdc --tokens out.ecdc", "out.ecdc")]
    [InlineData("roundtrip IN --bits 24 --checkpoint MODEL", "-o")]
    [InlineData("compress IN --no-lm --lm-checkpoint MODEL --checkpoint MODEL", "--no-lm")]
    [InlineData("roundtrip IN --format 0 --lm-checkpoint MODEL --checkpoint MODEL", "--format 0")]
    [InlineData("IN --no-lm --lm-checkpoint MODEL --checkpoint MODEL", "--no-lm")]
    [InlineData("train codec -c x -d y --device gpu", "'cpu'")]
    [InlineData("train codec -c x -d y --precision fp16", "'fp32'")]
    [InlineData("train codec -c codec_24khz_cpu -d IN --threads -1", "--threads -1")]
    public async Task Contradiction_IsAUsageErrorAndWritesNothing(string line, string named)
    {
        Assert.Equal(ExitCodes.Success, (await CliRun.Of("compress", _folder["in.wav"], "-o", _folder["coded.ecdc"], "--checkpoint", _model)).ExitCode);
        string[] before = _folder.Files();
        CliRun run = await Of(line);
        Assert.True(run.ExitCode == ExitCodes.Usage, $"{run.ExitCode}: {run.Errors}");
        Assert.Contains(named, run.Errors, StringComparison.Ordinal);
        Assert.Equal(before, _folder.Files());
    }

    [Fact]
    public async Task Compress_OutputTypedAsAnInput_SaysWhatToType()
    {
        CliRun run = await Of("compress IN a.ecdc");
        Assert.Equal(ExitCodes.InputOutput, run.ExitCode);
        Assert.Contains("named with -o", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cat_FilesThatDoNotGoTogether_SaysSoWithoutNamesOfTheProgram()
    {
        Assert.Equal(ExitCodes.Success, (await CliRun.Of("compress", _folder["in.wav"], "-o", _folder["a.ecdc"], "-b", "4", "--checkpoint", _model)).ExitCode);
        Assert.Equal(ExitCodes.Success, (await CliRun.Of("compress", _folder["in.wav"], "-o", _folder["b.ecdc"], "-b", "8", "--checkpoint", _model)).ExitCode);
        CliRun run = await CliRun.Of("cat", _folder["a.ecdc"], _folder["b.ecdc"], "-o", _folder["c.ecdc"]);
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.DoesNotContain("Parameter", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cat_FilesWithOtherTags_SaysThatTheFirstOnesCount()
    {
        foreach (string name in new[] { "a", "b" })
        {
            Assert.Equal(
                ExitCodes.Success,
                (await CliRun.Of("compress", _folder["in.wav"], "-o", _folder[$"{name}.ecdc"], "--tag", $"title={name}\u001b[2J\nx", "--checkpoint", _model)).ExitCode);
        }

        Assert.DoesNotContain("warning", (await CliRun.Of("cat", _folder["a.ecdc"], _folder["a.ecdc"], "-o", _folder["c.ecdc"])).Errors, StringComparison.Ordinal);
        Assert.Contains("left out: title=b?[2J?x", (await CliRun.Of("cat", _folder["a.ecdc"], _folder["b.ecdc"], "-o", _folder["d.ecdc"])).Errors, StringComparison.Ordinal);
        Assert.Contains("title=a?[2J?x", (await CliRun.Of("info", _folder["a.ecdc"])).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compress_RateFarFromTheModels_IsAudioThatCannotBeRead()
    {
        File.WriteAllBytes(_folder["slow.wav"], TestAudio.Wav(TestAudio.Signal(40, sampleRateHz: 3)));
        Assert.Equal(ExitCodes.Audio, (await CliRun.Of("compress", _folder["slow.wav"], "--checkpoint", _model)).ExitCode);
    }

    private Task<CliRun> Of(string line) => CliRun.Of(
        [.. line.Split(' ').Select(word => word switch
        {
            "IN" => _folder["in.wav"],
            "MODEL" => _model,
            "CODED" => _folder["coded.ecdc"],
            _ => word.EndsWith(".wav", StringComparison.Ordinal) || word.EndsWith(".ecdc", StringComparison.Ordinal) || word.EndsWith(".flac", StringComparison.Ordinal) || word.EndsWith(".raw", StringComparison.Ordinal) || word.EndsWith(".txt", StringComparison.Ordinal) ? _folder[word] : word,
        })]);
}
