using System.Buffers.Binary;
using System.Text;
using AudioCodec.Audio;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Cli.Tests;

public sealed class CompressDecompressTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public CompressDecompressTests() => _model = TinyModel.Install(_folder);

    public void Dispose() => _folder.Dispose();

    /// <summary>Header, payload size, decoded length and distance of one file, through both commands.</summary>
    [Fact]
    public async Task CompressAndDecompress_GoldenAudio_GivesGoldenAudio()
    {
        using GoldenFile golden = GoldenFile.Open("encodec_tiny_causal");
        var audio = new AudioBuffer(golden.Floats("audio"), 1, 8000);
        File.WriteAllBytes(_folder["in.wav"], TestAudio.Wav(audio));

        CliRun compress = await CliRun.Of("compress", _folder["in.wav"], "--checkpoint", _model, "-b", "16", "--format", "0");
        Assert.Equal((ExitCodes.Success, ""), (compress.ExitCode, compress.Text));
        byte[] stream = File.ReadAllBytes(_folder["in.ecdc"]);
        const string Json = "{\"m\": \"encodec_tiny_causal\", \"al\": 1003, \"nc\": 4, \"lm\": false}";
        Assert.Equal("ECDC\0", Encoding.ASCII.GetString(stream, 0, 5));
        Assert.Equal(Json.Length, BinaryPrimitives.ReadInt32BigEndian(stream.AsSpan(5)));
        Assert.Equal(Json, Encoding.ASCII.GetString(stream, 9, Json.Length));
        Assert.Equal(9 + Json.Length + (126 * 4 * 4 / 8), stream.Length);

        CliRun decompress = await CliRun.Of("decompress", _folder["in.ecdc"], "--checkpoint", _model, "--bits", "32f");
        Assert.Equal(ExitCodes.Success, decompress.ExitCode);
        AudioBuffer decoded = TestAudio.Read(_folder["in_decompressed.wav"]);
        float[] expected = [.. golden.Floats("decoded").Select(sample => Math.Clamp(sample, -0.99f, 0.99f))];
        Assert.Equal((1003, 8000, 1), (decoded.LengthSamples, decoded.SampleRateHz, decoded.Channels));
        Assert.InRange(expected.Zip(decoded.Samples).Max(pair => Math.Abs(pair.First - pair.Second)), 0, 2e-4f);
    }

    /// <summary>Weights that were trained anew under the name of a model that ships, whose language model is for other codes.</summary>
    [Fact]
    public async Task Compress_OtherWeightsOfABundledName_PacksTheCodesAndSaysSoOnce()
    {
        string shipped = Path.Combine(Fixtures.RepositoryRoot, "checkpoints", "audiocodec_24khz_small");
        string trained = Directory.CreateDirectory(_folder["trained"]).FullName;
        File.Copy(Path.Combine(shipped, "config.json"), Path.Combine(trained, "config.json"));
        File.Copy(Path.Combine(shipped, "model.safetensors"), Path.Combine(trained, "model.safetensors"));
        TinyModel.Change(trained, "encoder.model.0.conv.conv.bias");
        string[] inputs = [_folder["a.wav"], _folder["b.wav"]];
        Array.ForEach(inputs, input => File.WriteAllBytes(input, TestAudio.Wav(TestAudio.Signal(8000))));

        CliRun run = await CliRun.Of(["compress", .. inputs, "--checkpoint", trained]);
        Assert.True(run.ExitCode == ExitCodes.Success, run.Errors);
        Assert.Equal(2, run.Errors.Split("no language model belongs to these weights of 'audiocodec_24khz_small'").Length);
        CliRun back = await CliRun.Of("decompress", _folder["a.ecdc"], "--checkpoint", trained);
        Assert.True(back.ExitCode == ExitCodes.Success, back.Errors);

        CliRun asked = await CliRun.Of(["compress", inputs[0], "-f", "--lm", "--checkpoint", trained]);
        Assert.Equal(ExitCodes.Usage, asked.ExitCode);
    }

    /// <summary>The option wins over the model's own width, and no width changes how a file is decoded.</summary>
    [Fact]
    public async Task SearchWidth_OptionOrModel_BringsTheSumOfCodesNearer()
    {
        File.WriteAllBytes(_folder["in.wav"], TestAudio.Wav(TestAudio.Signal(4000)));
        string wide = TinyModel.Install(_folder, TinyConfigs.Causal with { SearchWidth = 8 }, name: "wide");
        async Task<byte[]> Compress(params string[] arguments)
        {
            CliRun run = await CliRun.Of(["compress", _folder["in.wav"], "-f", "-b", "16", .. arguments]);
            Assert.Equal((ExitCodes.Success, ""), (run.ExitCode, run.Text));
            return File.ReadAllBytes(_folder["in.ecdc"]);
        }

        byte[] greedy = await Compress("--checkpoint", _model);
        byte[] eight = await Compress("--checkpoint", _model, "--search-width", "8");
        Assert.NotEqual(greedy, eight);
        Assert.Equal(greedy, await Compress("--checkpoint", wide, "--search-width", "1"));
        Assert.Equal(eight, await Compress("--checkpoint", wide));
        Assert.Equal(ExitCodes.Success, (await CliRun.Of("decompress", _folder["in.ecdc"], "--checkpoint", _model)).ExitCode);
        foreach (string width in new[] { "0", "65" })
        {
            CliRun refused = await CliRun.Of("compress", _folder["in.wav"], "-f", "--checkpoint", _model, "--search-width", width);
            Assert.Equal(ExitCodes.Usage, refused.ExitCode);
            Assert.Contains("--search-width", refused.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Pipes_InAndOut_GiveTheSameBytesAsFiles()
    {
        byte[] wav = TestAudio.Wav(TestAudio.Signal(3000), PcmEncoding.S16);
        File.WriteAllBytes(_folder["in.wav"], wav);
        await CliRun.Of("compress", _folder["in.wav"], "--checkpoint", _model);
        await CliRun.Of("decompress", _folder["in.ecdc"], "--checkpoint", _model, "-o", _folder["out.wav"]);

        CliRun compress = await CliRun.Of(wav, CancellationToken.None, "compress", "-", "--checkpoint", _model);
        Assert.Equal(ExitCodes.Success, compress.ExitCode);
        Assert.Equal(File.ReadAllBytes(_folder["in.ecdc"]), compress.StandardOutput);
        CliRun decompress = await CliRun.Of(compress.StandardOutput, CancellationToken.None, "decompress", "-", "--checkpoint", _model);
        Assert.Equal(ExitCodes.Success, decompress.ExitCode);
        Assert.Equal(File.ReadAllBytes(_folder["out.wav"]), decompress.StandardOutput);
    }

    [Fact]
    public async Task RawPipes_InAndOut_CarrySamplesOnly()
    {
        AudioBuffer audio = TestAudio.Signal(2000);
        byte[] wav = TestAudio.Wav(audio, PcmEncoding.S16);
        byte[] raw = wav[44..];
        CliRun fromRaw = await CliRun.Of(raw, CancellationToken.None, "compress", "-", "--raw", "s16le:8000:1", "--format", "0", "--checkpoint", _model);
        CliRun fromWav = await CliRun.Of(wav, CancellationToken.None, "compress", "-", "--format", "0", "--checkpoint", _model);
        Assert.Equal(fromWav.StandardOutput, fromRaw.StandardOutput);

        CliRun toRaw = await CliRun.Of(
            fromRaw.StandardOutput, CancellationToken.None, "decompress", "-", "--raw", "s16le:8000:1", "--checkpoint", _model);
        CliRun toWav = await CliRun.Of(fromRaw.StandardOutput, CancellationToken.None, "decompress", "-", "--checkpoint", _model);
        Assert.Equal(4000, toRaw.StandardOutput.Length);
        Assert.Equal(toWav.StandardOutput[44..], toRaw.StandardOutput);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(399)]
    [InlineData(401)]
    public async Task RoundTrip_DegenerateLengths_KeepTheLength(int lengthSamples)
    {
        foreach (EncodecConfig config in new[] { TinyConfigs.Causal, TinyConfigs.Stereo })
        {
            string model = config == TinyConfigs.Causal ? _model : TinyModel.Install(_folder, config);
            byte[] wav = TestAudio.Wav(TestAudio.Signal(lengthSamples, config.Channels), PcmEncoding.S16);
            CliRun compress = await CliRun.Of(wav, CancellationToken.None, "compress", "-", "--checkpoint", model);
            Assert.Equal((ExitCodes.Success, ""), (compress.ExitCode, compress.Errors.Contains("error") ? compress.Errors : ""));
            CliRun decompress = await CliRun.Of(compress.StandardOutput, CancellationToken.None, "decompress", "-", "--checkpoint", model);
            Assert.Equal(ExitCodes.Success, decompress.ExitCode);
            Assert.Equal(44 + (lengthSamples * config.Channels * 2), decompress.StandardOutput.Length);
        }
    }

    [Fact]
    public async Task Compress_StereoIntoMono_DownmixesWithAWarning()
    {
        AudioBuffer stereo = TestAudio.Signal(4000, channels: 2);
        var mono = new AudioBuffer(
            [.. stereo.Channel(0).ToArray().Zip(stereo.Channel(1).ToArray(), (left, right) => (left + right) / 2)], 1, 8000);
        CliRun fromStereo = await CliRun.Of(TestAudio.Wav(stereo), CancellationToken.None, "compress", "-", "--format", "0", "--checkpoint", _model);
        CliRun fromMono = await CliRun.Of(TestAudio.Wav(mono), CancellationToken.None, "compress", "-", "--format", "0", "--checkpoint", _model);
        Assert.Contains("warning: -: 2 channels were mixed down to 1", fromStereo.Errors, StringComparison.Ordinal);
        Assert.Equal(fromMono.StandardOutput, fromStereo.StandardOutput);
    }

    [Fact]
    public async Task Compress_NotANumberAndInfinity_AreReadAsSilenceWithAWarning()
    {
        AudioBuffer audio = TestAudio.Signal(2000);
        audio.Samples[100] = float.NaN;
        audio.Samples[200] = float.PositiveInfinity;
        CliRun compress = await CliRun.Of(TestAudio.Wav(audio), CancellationToken.None, "compress", "-", "--checkpoint", _model);
        Assert.Equal(ExitCodes.Success, compress.ExitCode);
        Assert.Contains("2 samples were NaN or infinite", compress.Errors, StringComparison.Ordinal);
        CliRun decompress = await CliRun.Of(
            compress.StandardOutput, CancellationToken.None, "decompress", "-", "--bits", "32f", "--checkpoint", _model);
        AudioBuffer decoded = TestAudio.Read(decompress.StandardOutput);
        Assert.Equal(2000, decoded.LengthSamples);
        Assert.All(decoded.Samples, sample => Assert.True(float.IsFinite(sample)));
    }

    [Fact]
    public async Task Decompress_OtherRate_IsTheResampledAudio()
    {
        CliRun compress = await CliRun.Of(
            TestAudio.Wav(TestAudio.Signal(8000)), CancellationToken.None, "compress", "-", "--format", "0", "--checkpoint", _model);
        CliRun decompress = await CliRun.Of(
            compress.StandardOutput, CancellationToken.None, "decompress", "-", "--bits", "32f", "--rate", "16000", "--checkpoint", _model);
        using Codec codec = Codec.Load(_model);
        using EcdcFile file = codec.Open(new MemoryStream(compress.StandardOutput));
        using AudioSource decoded = file.OpenAudio();
        AudioBuffer expected = AudioFile.ReadAll(AudioFile.Convert(decoded, 16000, 1));
        AudioBuffer actual = TestAudio.Read(decompress.StandardOutput);
        Assert.Equal((16000, 16000), (actual.LengthSamples, actual.SampleRateHz));
        Assert.Equal(expected.Samples.Select(sample => Math.Clamp(sample, -0.99f, 0.99f)), actual.Samples);
    }

    [Fact]
    public async Task Decompress_Rescale_KeepsTheShapeBelowTheLimit()
    {
        // A codec's output is not bounded; this stream's golden audio is quiet, so the codes are chosen at random for a loud one.
        var random = new Random(11);
        using var stream = new MemoryStream();
        ushort[] codes = [.. Enumerable.Range(0, 2000).Select(_ => (ushort)random.Next(16))];
        EcdcFile.WriteCodes(new EncodedAudio(4000, 4, [new EncodedSegment(1, codes)]), new CodecInfo(TinyConfigs.Causal, CheckpointStatus.Release), stream);

        CliRun clipped = await CliRun.Of(stream.ToArray(), CancellationToken.None, "decompress", "-", "--bits", "32f", "--checkpoint", _model);
        CliRun rescaled = await CliRun.Of(
            stream.ToArray(), CancellationToken.None, "decompress", "-", "-r", "--bits", "32f", "--checkpoint", _model);
        Assert.Equal((ExitCodes.Success, ExitCodes.Success), (clipped.ExitCode, rescaled.ExitCode));
        float peak = TestAudio.Read(clipped.StandardOutput).Samples.Max(Math.Abs);
        float scaled = TestAudio.Read(rescaled.StandardOutput).Samples.Max(Math.Abs);
        Assert.Equal(Math.Min(peak, 0.99f), scaled, 1e-5f);
        Assert.DoesNotContain("clipped", rescaled.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bare_Extensions_ChooseWhatToDo()
    {
        AudioBuffer audio = TestAudio.Signal(1600);
        File.WriteAllBytes(_folder["a.wav"], TestAudio.Wav(audio));
        Assert.Equal(ExitCodes.Success, (await CliRun.Of(_folder["a.wav"], "--checkpoint", _model)).ExitCode);
        Assert.True(File.Exists(_folder["a.ecdc"]));
        Assert.Equal(ExitCodes.Success, (await CliRun.Of("-s", "_x", _folder["a.ecdc"], "--checkpoint", _model)).ExitCode);
        Assert.Equal(1600, TestAudio.Read(_folder["a_x.wav"]).LengthSamples);
        CliRun both = await CliRun.Of(_folder["a.wav"], _folder["b.wav"], "--checkpoint", _model);
        Assert.Equal(ExitCodes.Success, both.ExitCode);
        Assert.Equal(File.ReadAllBytes(_folder["a_x.wav"]), File.ReadAllBytes(_folder["b.wav"]));
        Assert.Contains("SI-SDR", both.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_ThatExists_IsKeptUnlessForced()
    {
        File.WriteAllBytes(_folder["a.wav"], TestAudio.Wav(TestAudio.Signal(800)));
        File.WriteAllText(_folder["a.ecdc"], "mine");
        CliRun refused = await CliRun.Of("compress", _folder["a.wav"], "--checkpoint", _model);
        Assert.Equal(ExitCodes.InputOutput, refused.ExitCode);
        Assert.Contains("-f", refused.Errors, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(_folder["a.ecdc"]));
        CliRun forced = await CliRun.Of("compress", _folder["a.wav"], "--checkpoint", _model, "-f");
        Assert.Equal(ExitCodes.Success, forced.ExitCode);
        Assert.Equal("ECDC", Encoding.ASCII.GetString(File.ReadAllBytes(_folder["a.ecdc"]), 0, 4));
    }

    [Fact]
    public async Task Cancelled_LeavesNoFile()
    {
        File.WriteAllBytes(_folder["a.wav"], TestAudio.Wav(TestAudio.Signal(80000)));
        string[] before = _folder.Files();
        CliRun run = await CliRun.Of([], new CancellationToken(canceled: true), "compress", _folder["a.wav"], "--checkpoint", _model);
        Assert.Equal(ExitCodes.Cancelled, run.ExitCode);
        Assert.Equal(before, _folder.Files());
    }

    [Fact]
    public async Task Batch_OneBrokenFile_DoesNotStopTheOthers()
    {
        Directory.CreateDirectory(_folder["in/deep"]);
        AudioBuffer audio = TestAudio.Signal(1000);
        File.WriteAllBytes(_folder["in/a.wav"], TestAudio.Wav(audio));
        File.WriteAllBytes(_folder["in/b.wav"], "RIFF....WAVEnonsense"u8.ToArray());
        File.WriteAllBytes(_folder["in/deep/c.wav"], TestAudio.Wav(TestAudio.Signal(500)));
        File.WriteAllText(_folder["in/notes.txt"], "not audio");
        CliRun run = await CliRun.Of("compress", _folder["in"], "-o", _folder["out"], "--checkpoint", _model, "--jobs", "2", "-b", "16");
        Assert.Equal(ExitCodes.PartialFailure, run.ExitCode);
        Assert.Contains("b.wav", run.Errors, StringComparison.Ordinal);
        Assert.Contains("2 done, 1 failed", run.Errors, StringComparison.Ordinal);
        Assert.Equal(
            ["out/a.ecdc", "out/deep/c.ecdc"], _folder.Files().Where(file => file.StartsWith("out", StringComparison.Ordinal)));

        CliRun back = await CliRun.Of("decompress", _folder["out"], "-o", _folder["wav"], "--checkpoint", _model, "-s", "");
        Assert.Equal(ExitCodes.Success, back.ExitCode);
        Assert.Equal(1000, TestAudio.Read(_folder["wav/a.wav"]).LengthSamples);
        Assert.Equal(500, TestAudio.Read(_folder["wav/deep/c.wav"]).LengthSamples);
    }

    [Fact]
    public async Task Batch_TwoInputsWithOneOutput_IsRefusedBeforeAnyWork()
    {
        Directory.CreateDirectory(_folder["one"]);
        Directory.CreateDirectory(_folder["two"]);
        File.WriteAllBytes(_folder["one/a.wav"], TestAudio.Wav(TestAudio.Signal(100)));
        File.WriteAllBytes(_folder["two/a.wav"], [0]);
        CliRun run = await CliRun.Of("compress", _folder["one/a.wav"], _folder["two/a.wav"], "-o", _folder["out"], "--checkpoint", _model);
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.False(Directory.Exists(_folder["out"]));
    }
}
