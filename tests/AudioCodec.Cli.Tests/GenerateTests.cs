using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using AudioCodec.Audio;
using AudioCodec.Cli.CodeFiles;
using AudioCodec.Cli.Takes;

namespace AudioCodec.Cli.Tests;

/// <summary><c>audiocodec generate</c>.</summary>
public sealed partial class GenerateTests : IDisposable
{
    private const int Terminate = 15;
    private static readonly string[] s_texts = ["a dog barks", "rain and wind, then thunder"];
    private readonly TemporaryFolder _folder = new();
    private readonly string _package;
    private readonly string _textEncoder;

    public GenerateTests()
    {
        _package = TinyGenerator.InstallPackage(_folder);
        _textEncoder = TinyGenerator.InstallTextEncoder(_folder);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, 0, ".npy")]
    [InlineData(false, 1, ".safetensors")]
    [InlineData(true, 0, ".safetensors")]
    [InlineData(true, 1, ".npy")]
    public async Task Greedy_OfPackageAndTwin_GivesTheReferencesTokensAndAudio(bool twin, int text, string extension)
    {
        using GoldenFile golden = GoldenFile.Open("generate_tiny");
        string[] model = twin ? ["--model", TinyGenerator.InstallHuggingFace(_folder)] : ["--model", _package, "--text-encoder", _textEncoder];
        string tokens = _folder["tokens" + extension];
        CliRun run = await CliRun.Of(["generate", s_texts[text], .. model, "--greedy", "--duration", "0.36", "--tokens", tokens, "-o", _folder["out.wav"], "--bits", "32f"]);
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Equal(golden.FrameMajorCodes($"tokens.{text}"), CodeFormats.For(tokens).Read(tokens).Segments[0].Codes);
        AudioBuffer audio = TestAudio.Read(_folder["out.wav"]);
        float[] expected = golden.Floats($"audio.{text}");
        float peak = expected.Max(MathF.Abs);
        Assert.Equal((16000, 1, expected.Length), (audio.SampleRateHz, audio.Channels, audio.LengthSamples));
        Assert.All(expected.Zip(audio.Samples), pair => Assert.Equal(Math.Clamp(pair.First, -0.99f, 0.99f), pair.Second, 2e-4f * peak));
    }

    [Fact]
    public async Task LongAndContinued_Greedy_GiveTheReferencesTokens()
    {
        using GoldenFile golden = GoldenFile.Open("generate_tiny");
        string tokens = _folder["tokens.npy"];
        CliRun run = await Generate(s_texts[0], "--greedy", "-d", "0.66", "--stride", "0.16", "--tokens", tokens, "-o", _folder["long.wav"]);
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Equal(golden.FrameMajorCodes("long.tokens"), CodeFormats.For(tokens).Read(tokens).Segments[0].Codes);

        string prompt = _folder["prompt.npy"];
        using (FileStream file = File.Create(prompt))
        {
            new NpyCodes().Write(file, new CodeArray(null, null, 4, false, [new Codecs.EncodedSegment(1, golden.FrameMajorCodes("prompt.tokens"))]), prompt);
        }

        run = await Generate(s_texts[0], "--greedy", "-d", "0.36", "--continue", prompt, "--tokens", tokens, "-f", "-o", _folder["continued.wav"]);
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Equal(golden.FrameMajorCodes("continued.tokens"), CodeFormats.For(tokens).Read(tokens).Segments[0].Codes);
        Assert.Equal(golden.Floats("continued.audio").Length, TestAudio.Read(_folder["continued.wav"]).LengthSamples);
    }

    /// <summary>Tokens say whose they are, so that a generator of another codec does not go on from noise.</summary>
    [Fact]
    public async Task Tokens_SayWhoseTheyAre_AndOthersAreNotGoneOnFrom()
    {
        Directory.CreateDirectory(_folder["codes"]);
        CliRun run = await Generate(s_texts[0], "--greedy", "-d", "0.1", "--tokens", _folder["codes/"], "-o", _folder["a.wav"]);
        Assert.True(run.ExitCode == 0, run.Errors);
        string tokens = Assert.Single(Directory.GetFiles(_folder["codes"], "*.safetensors"));
        CodeArray codes = CodeFormats.For(tokens).Read(tokens);
        Assert.Equal((16000, 1, 8), (codes.Origin!.SampleRateHz, codes.Origin.Channels, codes.Origin.Fingerprint.Length));
        run = await Generate(s_texts[0], "--greedy", "-d", "0.2", "--continue", tokens, "-o", _folder["b.wav"]);
        Assert.True(run.ExitCode == 0, run.Errors);

        foreach ((CodeOrigin origin, string said) in new[]
        {
            (codes.Origin with { Model = "another" }, "are of model 'another', not of "), (codes.Origin with { Fingerprint = new byte[8] }, "0000000000000000"), (codes.Origin with { Channels = 2 }, "2 channel"),
        })
        {
            string other = _folder["other.safetensors"];
            using (FileStream file = File.Create(other))
            {
                CodeFormats.For(other).Write(file, codes with { Origin = origin }, other);
            }

            await Refuses(ExitCodes.Bitstream, said, [s_texts[0], "-d", "0.2", "--continue", other, "-o", _folder["c.wav"]]);
        }
    }

    [Fact]
    public async Task Stereo_HasTwoChannelsAndNoCompressedFile()
    {
        using GoldenFile golden = GoldenFile.Open("stereo_tiny");
        string stereo = TinyGenerator.InstallPackage(_folder, "stereo_tiny");
        string tokens = _folder["tokens.npy"];
        string[] command = ["generate", s_texts[1], "-m", stereo, "--text-encoder", _textEncoder, "--greedy", "-d", "0.28"];
        CliRun run = await CliRun.Of([.. command, "--tokens", tokens, "-o", _folder["out.wav"]]);
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Equal(golden.FrameMajorCodes("tokens.1"), CodeFormats.For(tokens).Read(tokens).Segments[0].Codes);
        Assert.Equal(2, TestAudio.Read(_folder["out.wav"]).Channels);
        run = await CliRun.Of([.. command, "-o", _folder["out.ecdc"]]);
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains("2 channels", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Takes_OfSeveralPrompts_AreNumberedAndReported()
    {
        string list = _folder["prompts.jsonl"];
        await File.WriteAllTextAsync(list, "{\"prompt\": \"A crow\", \"output\": \"crow.wav\"}\n\n\"a dog barks\"\n", TestContext.Current.CancellationToken);
        CliRun run = await Generate("a dog barks", "--prompts", list, "--takes", "2", "--seed", "5", "-d", "0.1", "-o", _folder["sounds"], "--tokens", _folder["codes/"], "--json");
        Assert.True(run.ExitCode == 0, run.Errors);
        using var report = JsonDocument.Parse(run.Text);
        JsonElement[] takes = [.. report.RootElement.GetProperty("takes").EnumerateArray()];
        Assert.Equal(
            ["a-dog-barks_1.wav", "a-dog-barks_2.wav", "crow_1.wav", "crow_2.wav", "a-dog-barks-2_1.wav", "a-dog-barks-2_2.wav"],
            takes.Select(take => Path.GetFileName(take.GetProperty("output").GetString())));
        Assert.All(takes, take => Assert.Equal((5, 5, 4, true), (take.GetProperty("seed").GetInt32(), take.GetProperty("frames").GetInt32(), take.GetProperty("codebooks").GetInt32(), take.GetProperty("complete").GetBoolean())));
        Assert.All(takes, take => Assert.Equal(1600, TestAudio.Read(take.GetProperty("output").GetString()!).LengthSamples));
        Assert.Equal(6, takes.Select(take => take.GetProperty("tokens").GetString()).Count(File.Exists));

        // The same text, seed and take are the same sound.
        byte[] first = await File.ReadAllBytesAsync(_folder["sounds/a-dog-barks_1.wav"], TestContext.Current.CancellationToken);
        Assert.Equal(first, await File.ReadAllBytesAsync(_folder["sounds/a-dog-barks-2_1.wav"], TestContext.Current.CancellationToken));
        Assert.NotEqual(first, await File.ReadAllBytesAsync(_folder["sounds/a-dog-barks_2.wav"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Compressed_HoldsTheCodesAndHowTheyWereMade()
    {
        CliRun run = await Generate(s_texts[0], "-o", _folder["dog.ecdc"], "-d", "0.3", "--seed", "9", "--negative", "rain", "--tokens", _folder["dog.npy"]);
        Assert.True(run.ExitCode == 0, run.Errors);
        string codec = Path.Combine(_package, "compression_state_dict.bin");
        CliRun export = await CliRun.Of("codes", "export", _folder["dog.ecdc"], _folder["again.npy"], "--checkpoint", codec);
        Assert.True(export.ExitCode == 0, export.Errors);
        Assert.Equal(await File.ReadAllBytesAsync(_folder["dog.npy"], TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(_folder["again.npy"], TestContext.Current.CancellationToken));
        CliRun info = await CliRun.Of("info", _folder["dog.ecdc"], "--checkpoint", codec, "--json");
        foreach (string tag in new[] { "a dog barks", "\"9\"", "rain", "generate_tiny" })
        {
            Assert.Contains(tag, info.Text, StringComparison.Ordinal);
        }

        // A compressed file can be gone on from.
        run = await Generate("", "--continue", _folder["dog.ecdc"], "-d", "0.5", "-o", _folder["longer.wav"]);
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Equal(8000, TestAudio.Read(_folder["longer.wav"]).LengthSamples);
    }

    [Fact]
    public async Task Pipe_HasTheFilesSoundAndIsHeardBeforeTheEnd()
    {
        string[] command = ["generate", s_texts[0], "-m", _package, "--text-encoder", _textEncoder, "-d", "1", "--seed", "2"];
        CliRun file = await CliRun.Of([.. command, "-o", _folder["a.wav"]]);
        Assert.True(file.ExitCode == 0, file.Errors);
        CliRun pipe = await CliRun.Of([.. command, "-o", "-"]);
        Assert.True(pipe.ExitCode == 0, pipe.Errors);
        Assert.Equal(TestAudio.Read(_folder["a.wav"]).Samples, TestAudio.Read(pipe.StandardOutput).Samples);
        CliRun raw = await CliRun.Of([.. command, "-o", "-", "--raw", "s16le:16000:1"]);
        Assert.Equal(pipe.StandardOutput[44..], raw.StandardOutput);

        // Of ten minutes the first bytes come while the rest is made.
        using Process process = AudioCodecProcess.Start([], [.. command[..^3], "600", "-o", "-"]);
        var first = new byte[1000];
        await process.StandardOutput.BaseStream.ReadExactlyAsync(first, TestContext.Current.CancellationToken);
        Assert.False(process.HasExited);
        process.Kill();
    }

    [Fact]
    public async Task Terminated_WhileItGenerates_KeepsWhatWasMade()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The test sends a POSIX signal.");
        using Process process = AudioCodecProcess.Start(
            [], "generate", s_texts[0], "-m", _package, "--text-encoder", _textEncoder, "-d", "3600", "-o", _folder["a.wav"], "--tokens", _folder["a.npy"]);
        Task<string> reading = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        for (int i = 0; i < 600 && !_folder.Files().Any(file => file.EndsWith(".tmp", StringComparison.Ordinal) && new FileInfo(_folder[file]).Length > 20_000); i++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, Kill(process.Id, Terminate));
        if (!process.WaitForExit(TimeSpan.FromSeconds(30)))
        {
            process.Kill();
            Assert.Fail("The program still runs 30 seconds after SIGTERM.");
        }

        string errors = await reading;
        Assert.True(process.ExitCode == ExitCodes.Cancelled, errors);
        Assert.Contains("what was made is kept", errors, StringComparison.Ordinal);
        int samples = TestAudio.Read(_folder["a.wav"]).LengthSamples;
        Assert.InRange(samples, 320, (3600 * 16000) - 1);
        Assert.Equal(samples / 320, CodeFormats.For("a.npy").Read(_folder["a.npy"]).Frames);
    }

    [Fact]
    public async Task Play_GivesThePlayerTheSound()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The player is a shell script.");
        string player = _folder["ffplay"];
        WriteScript(player, $"cat > '{_folder["heard.wav"]}'");
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
        string[] command = ["generate", s_texts[0], "-m", _package, "--text-encoder", _textEncoder, "-d", "2.4", "--temperature", "1.5", "--top-k", "0", "--seed", "120", "-o", _folder["a.wav"], "--play"];
        ProcessResult run = await AudioCodecProcess.RunAsync([], [("PATH", $"{_folder[""]}:{path}")], command);
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Contains("were clipped", run.Errors, StringComparison.Ordinal); // The player must hear the clipped samples too.
        Assert.Equal(TestAudio.Read(_folder["a.wav"]).Samples, TestAudio.Read(_folder["heard.wav"]).Samples);

        // One that ends at once does not stop the work.
        File.Delete(player);
        WriteScript(player, "exit 1");
        run = await AudioCodecProcess.RunAsync([], [("PATH", $"{_folder[""]}:{path}")], [.. command, "-f"]);
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Equal(38400, TestAudio.Read(_folder["a.wav"]).LengthSamples);
    }

    /// <summary>A name that promises FLAC gives FLAC, with the samples that WAV has.</summary>
    [Fact]
    public async Task Output_NamedFlac_IsFlac()
    {
        foreach (string name in new[] { "a.wav", "a.flac" })
        {
            CliRun run = await Generate(s_texts[0], "--greedy", "-d", "0.2", "-o", _folder[name], "--bits", "24");
            Assert.True(run.ExitCode == 0, run.Errors);
        }

        Assert.Equal("fLaC"u8.ToArray(), File.ReadAllBytes(_folder["a.flac"])[..4]);
        Assert.Equal(TestAudio.Read(_folder["a.wav"]).Samples, TestAudio.Read(_folder["a.flac"]).Samples);
    }

    /// <summary>Neither what is read nor another output is written over.</summary>
    [Fact]
    public async Task Output_ThatIsAnInputOrAnotherOutput_IsRefused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        string prompts = _folder["prompts.jsonl"];
        File.WriteAllText(prompts, "\"a\"\n");
        File.CreateSymbolicLink(_folder["p.wav"], "prompts.jsonl");
        CliRun run = await Generate("--prompts", prompts, "-o", _folder["p.wav"], "-f");
        Assert.Equal(ExitCodes.InputOutput, run.ExitCode);
        Assert.Equal("\"a\"\n", File.ReadAllText(prompts));
        Directory.CreateSymbolicLink(_folder["same"], ".");
        CliRun twice = await Generate("a", "-o", _folder["x.npy"], "--tokens", _folder["same/x.npy"], "--raw", "s16le:16000:1", "-f");
        Assert.Equal(ExitCodes.Usage, twice.ExitCode);
        Assert.False(File.Exists(_folder["x.npy"]));
    }

    [Fact]
    public async Task Refusals_SayWhatToDo()
    {
        await Refuses(ExitCodes.Usage, "Name what to hear", []);
        await Refuses(ExitCodes.Usage, "--json and an output of -", ["a", "-o", "-", "--json"]);
        await Refuses(ExitCodes.Usage, "one take", ["a", "b", "-o", "-"]);
        await Refuses(ExitCodes.Usage, "one take", ["a", "--takes", "2", "--play", "-o", _folder["x/"]]);
        await Refuses(ExitCodes.Usage, ".wav", ["a", "-o", _folder["a.txt"]]);
        await Refuses(ExitCodes.Usage, "seconds above 0", ["a", "-o", _folder["a.wav"], "-d", "0"]);
        await Refuses(ExitCodes.Usage, "seconds above 0", ["a", "-o", _folder["a.wav"], "-d", "-3"]);
        await Refuses(ExitCodes.Usage, "at most", ["a", "-o", _folder["a.wav"], "-d", "99999999"]);
        await Refuses(ExitCodes.Usage, "at least 1", ["a", "-o", _folder["a.wav"], "--takes", "0"]);
        await Refuses(ExitCodes.Usage, "0 to 1", ["a", "-o", _folder["a.wav"], "--top-p", "1.5"]);
        await Refuses(ExitCodes.Usage, "--greedy", ["a", "-o", _folder["a.wav"], "--greedy", "--top-k", "3"]);
        await Refuses(ExitCodes.Usage, "16000 Hz", ["a", "-o", "-", "--raw", "s16le:24000:1"]);
        await Refuses(ExitCodes.Usage, ".npy or .safetensors", ["a", "-o", _folder["a.wav"], "--tokens", _folder["a.txt"]]);
        await Refuses(ExitCodes.Checkpoint, "--text-encoder", ["a", "-o", _folder["a.wav"]], withText: false);
        await File.WriteAllTextAsync(_folder["bad.jsonl"], "{\"text\": 3}\n", TestContext.Current.CancellationToken);
        await Refuses(ExitCodes.Config, "line 1", ["--prompts", _folder["bad.jsonl"], "-o", _folder["a.wav"]]);
        string longText = string.Concat(Enumerable.Repeat("rain ", 20_000));
        await Refuses(ExitCodes.Usage, "The prompt, 'rain rain", [longText, "-o", _folder["a.wav"]]);
        await Refuses(ExitCodes.Usage, "--negative, 'rain rain", ["a", "--negative", longText, "-o", _folder["a.wav"]]);
        await File.WriteAllTextAsync(_folder["long.jsonl"], $"\"a\"\n\n{{\"prompt\": \"{longText}\"}}\n", TestContext.Current.CancellationToken);
        await Refuses(ExitCodes.Usage, "long.jsonl, line 3, 'rain rain", ["--prompts", _folder["long.jsonl"], "-o", _folder["sounds/"]]);
        await File.WriteAllTextAsync(_folder["long.jsonl"], $"\"{new string('a', 300_000)}\"\n", TestContext.Current.CancellationToken);
        await Refuses(ExitCodes.Usage, "300000 characters; at most 262144", ["--prompts", _folder["long.jsonl"], "-o", _folder["a.wav"]]);
        await File.WriteAllTextAsync(_folder["there.wav"], "kept", TestContext.Current.CancellationToken);
        await Refuses(ExitCodes.InputOutput, "exists already", ["a", "-o", _folder["there.wav"]]);
        Assert.Equal("kept", await File.ReadAllTextAsync(_folder["there.wav"], TestContext.Current.CancellationToken));
        await Refuses(ExitCodes.InputOutput, "the input itself", ["a", "-o", _folder["there.wav"], "--continue", _folder["there.wav"], "-f"]);
        Assert.False(File.Exists(_folder["a.wav"]));
    }

    /// <summary>The package is kept in half precision, so that this loses nothing; the others round.</summary>
    [Theory]
    [InlineData("fp32", true)]
    [InlineData("fp16", true)]
    [InlineData("bf16", false)]
    [InlineData("int8", false)]
    public async Task Weights_InAnyFormat_MakeSound(string format, bool exact)
    {
        using GoldenFile golden = GoldenFile.Open("generate_tiny");
        string tokens = _folder["tokens.npy"];
        CliRun run = await Generate(s_texts[0], "--greedy", "-d", "0.36", "--weights", format, "--threads", "1", "--tokens", tokens, "-o", _folder["out.wav"]);
        Assert.True(run.ExitCode == 0, run.Errors);
        ushort[] codes = CodeFormats.For(tokens).Read(tokens).Segments[0].Codes;
        Assert.Equal(18 * 4, codes.Length);
        Assert.True(!exact || golden.FrameMajorCodes("tokens.0").SequenceEqual(codes));
    }

    /// <summary>Logits differ in their last bits there; what is drawn does not.</summary>
    [Theory]
    [InlineData("DOTNET_EnableAVX512", "1")]
    [InlineData("DOTNET_EnableAVX2", "2")]
    [InlineData("DOTNET_EnableHWIntrinsic", "1")]
    public async Task Seed_UnderAnotherInstructionSet_GivesTheSameTokens(string variable, string threads)
    {
        string[] command = ["generate", s_texts[0], "-m", _package, "--text-encoder", _textEncoder, "-d", "1", "--seed", "3", "-o", _folder["a.wav"], "-f", "--tokens"];
        CliRun here = await CliRun.Of([.. command, _folder["here.npy"]]);
        Assert.True(here.ExitCode == 0, here.Errors);
        ProcessResult there = await AudioCodecProcess.RunAsync([], [(variable, "0")], [.. command, _folder["there.npy"], "--threads", threads]);
        Assert.True(there.ExitCode == 0, there.Errors);
        Assert.Equal(await File.ReadAllBytesAsync(_folder["here.npy"], TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(_folder["there.npy"], TestContext.Current.CancellationToken));
    }

    /// <summary>Texts that are no sentences make sound all the same.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("犬が吠える 🐕")]
    [InlineData("a\u0001dog\u0007 barks\r\n")]
    public async Task UnusualPrompts_MakeSound(string prompt)
    {
        CliRun run = await Generate(prompt, "-d", "0.1", "-o", _folder["out/"]);
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Single(_folder.Files(), file => file.EndsWith(".wav", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("A dog barks, twice!", "a-dog-barks-twice")]
    [InlineData("../../etc/passwd", "etc-passwd")]
    [InlineData("犬", "犬")]
    [InlineData("?!", "sound")]
    public void Slug_IsAFilesName(string text, string expected) => Assert.Equal(expected, TakeNames.Slug(text));

    private static void WriteScript(string path, string line)
    {
        File.WriteAllText(path, $"#!/bin/sh\n{line}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    private async Task Refuses(int exitCode, string message, string[] arguments, bool withText = true)
    {
        CliRun run = await CliRun.Of(["generate", .. arguments, "-m", _package, .. withText ? new[] { "--text-encoder", _textEncoder } : []]);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
        Assert.Equal(exitCode, run.ExitCode);
    }

    private Task<CliRun> Generate(string prompt, params string[] arguments) =>
        CliRun.Of(["generate", prompt, "--model", _package, "--text-encoder", _textEncoder, .. arguments]);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
