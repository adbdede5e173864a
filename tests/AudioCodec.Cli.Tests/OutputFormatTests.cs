using System.Text.Json.Nodes;
using AudioCodec.Audio;
using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Cli.Tests;

/// <summary>Parts of recordings, sample rates and samples without a header.</summary>
public sealed class OutputFormatTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public OutputFormatTests()
    {
        _model = TinyModel.Install(_folder);
        File.WriteAllBytes(_folder["a.wav"], TestAudio.Wav(TestAudio.Signal(40000), PcmEncoding.S16));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1e-3)]
    public async Task Decompress_Part_IsThatOfTheWhole(string version, double tolerance)
    {
        await Run("compress", _folder["a.wav"], "--format", version);
        await Run("decompress", _folder["a.ecdc"], "--bits", "32f", "-o", _folder["whole.wav"]);
        await Run("decompress", _folder["a.ecdc"], "--bits", "32f", "-o", _folder["part.wav"], "--start", "2.5", "--duration", "1.25");
        await Run("decompress", _folder["a.ecdc"], "--bits", "32f", "-o", _folder["rest.wav"], "--start", "4.5");
        float[] whole = TestAudio.Read(_folder["whole.wav"]).Samples;
        AssertNear(whole[20000..30000], TestAudio.Read(_folder["part.wav"]).Samples, tolerance);
        AssertNear(whole[36000..], TestAudio.Read(_folder["rest.wav"]).Samples, tolerance);
    }

    [Theory]
    [InlineData("--start", "5")]
    [InlineData("--start", "-1")]
    [InlineData("--duration", "0")]
    [InlineData("--start", "NaN")]
    public async Task Decompress_PartThatIsNotThere_IsAUsageError(string option, string value)
    {
        foreach (string version in new[] { "0", "1" })
        {
            await Run("compress", _folder["a.wav"], "--format", version, "-f");
            CliRun run = await CliRun.Of("decompress", _folder["a.ecdc"], "--checkpoint", _model, option, value);
            Assert.Equal(ExitCodes.Usage, run.ExitCode);
            Assert.False(File.Exists(_folder["a_decompressed.wav"]));
        }
    }

    /// <summary>44101 samples at 44.1 kHz are 8001 at 8 kHz, and those would be 44106: the file's own length decides.</summary>
    [Fact]
    public async Task Decompress_OriginalRate_GivesRateAndLengthOfTheOriginal()
    {
        File.WriteAllBytes(_folder["b.wav"], TestAudio.Wav(TestAudio.Signal(44101, channels: 2, sampleRateHz: 44100)));
        await Run("compress", _folder["b.wav"]);
        await Run("decompress", _folder["b.ecdc"], "--rate", "original");
        await Run("decompress", _folder["b.ecdc"], "--rate", "44100", "-o", _folder["named.wav"]);
        AudioBuffer original = TestAudio.Read(_folder["b_decompressed.wav"]);
        AudioBuffer named = TestAudio.Read(_folder["named.wav"]);
        Assert.Equal((44101, 44100, 1), (original.LengthSamples, original.SampleRateHz, original.Channels));
        Assert.Equal(named.Samples[..44101], original.Samples);
        Assert.True(named.LengthSamples > 44101);

        await Run("decompress", _folder["b.ecdc"], "--rate", "original", "--start", "0.5", "--duration", "0.25", "-o", _folder["part.wav"]);
        Assert.Equal(11025, TestAudio.Read(_folder["part.wav"]).LengthSamples);
    }

    [Fact]
    public async Task Decompress_OriginalRateOfVersion0_IsAUsageErrorThatSaysWhy()
    {
        await Run("compress", _folder["a.wav"], "--format", "0");
        CliRun run = await CliRun.Of("decompress", _folder["a.ecdc"], "--rate", "original", "--checkpoint", _model);
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains("version 0 of the format does not say", run.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["a_decompressed.wav"]));
    }

    [Fact]
    public async Task RoundTrip_RawInput_IsMeasuredLikeTheSameInAFile()
    {
        byte[] samples = File.ReadAllBytes(_folder["a.wav"])[44..];
        CliRun fromFile = await CliRun.Of("roundtrip", _folder["a.wav"], "--checkpoint", _model, "--json");
        CliRun fromPipe = await CliRun.Of(
            samples, CancellationToken.None, "roundtrip", "-", "--raw", "s16le:8000:1", "--checkpoint", _model, "--json", "-o", _folder["out.wav"]);
        Assert.True(fromPipe.ExitCode == ExitCodes.Success, fromPipe.Errors);
        JsonNode first = JsonNode.Parse(fromFile.Text)!;
        JsonNode second = JsonNode.Parse(fromPipe.Text)!;
        Assert.Equal((double)first["si_sdr_db"]!, (double)second["si_sdr_db"]!);
        Assert.Equal((int)first["compressed_bytes"]!, (int)second["compressed_bytes"]!);
        Assert.Equal(40000, TestAudio.Read(_folder["out.wav"]).LengthSamples);
    }

    [Fact]
    public async Task RoundTrip_OriginalRate_WritesTheInputsRate()
    {
        File.WriteAllBytes(_folder["b.wav"], TestAudio.Wav(TestAudio.Signal(22051, sampleRateHz: 22050)));
        await Run("roundtrip", _folder["b.wav"], "-o", _folder["out.wav"], "--rate", "original");
        AudioBuffer audio = TestAudio.Read(_folder["out.wav"]);
        Assert.Equal((22051, 22050), (audio.LengthSamples, audio.SampleRateHz));
    }

    [Fact]
    public async Task BareForm_Raw_IsTheInputsFormatOrTheOutputs()
    {
        File.WriteAllBytes(_folder["a.raw"], File.ReadAllBytes(_folder["a.wav"])[44..]);
        await Run(_folder["a.raw"], _folder["raw.ecdc"], "--raw", "s16le:8000:1");
        await Run(_folder["a.wav"], _folder["wav.ecdc"]);
        Assert.Equal(File.ReadAllBytes(_folder["wav.ecdc"]), File.ReadAllBytes(_folder["raw.ecdc"]));
        await Run(_folder["raw.ecdc"], _folder["out.raw"], "--raw", "s16le:8000:1");
        await Run(_folder["raw.ecdc"], _folder["out.wav"]);
        Assert.Equal(File.ReadAllBytes(_folder["out.wav"])[44..], File.ReadAllBytes(_folder["out.raw"]));
    }

    [Fact]
    public async Task Reports_PreviewModel_SayThatItIsOne()
    {
        string model = TinyModel.Install(_folder, TinyConfigs.Stereo, CheckpointStatus.Preview);
        CliRun text = await CliRun.Of("roundtrip", _folder["a.wav"], "--checkpoint", model, "--ecdc", _folder["a.ecdc"]);
        Assert.Contains($"{TinyConfigs.Stereo.Name} (preview)", text.Text, StringComparison.Ordinal);
        JsonNode info = JsonNode.Parse((await CliRun.Of("info", _folder["a.ecdc"], "--checkpoint", model, "--json")).Text)!;
        Assert.Equal("preview", (string?)info["model_status"]);
        CliRun unknown = await CliRun.Of("info", _folder["a.ecdc"], "--json");
        Assert.Null(JsonNode.Parse(unknown.Text)!["model_status"]);
        CliRun finished = await CliRun.Of("roundtrip", _folder["a.wav"], "--checkpoint", _model);
        Assert.DoesNotContain("preview", finished.Text, StringComparison.Ordinal);
    }

    private static void AssertNear(float[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double peak = expected.Max(Math.Abs);
        Assert.InRange(expected.Zip(actual).Max(pair => Math.Abs(pair.First - pair.Second)), 0, tolerance * peak);
    }

    private async Task Run(params string[] arguments)
    {
        CliRun run = await CliRun.Of([.. arguments, "--checkpoint", _model]);
        Assert.True(run.ExitCode == ExitCodes.Success, $"{string.Join(' ', arguments)}: {run.Errors}");
    }
}
