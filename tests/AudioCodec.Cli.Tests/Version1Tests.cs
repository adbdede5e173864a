using System.Text.Json.Nodes;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Cli.Tests;

/// <summary>Version 1 of the format through the commands, with a language model and without.</summary>
public sealed class Version1Tests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public Version1Tests()
    {
        _model = TinyModel.Install(_folder);
        File.WriteAllBytes(_folder["a.wav"], TestAudio.Wav(TestAudio.Signal(40000)));
        File.WriteAllBytes(_folder["b.wav"], TestAudio.Wav(TestAudio.Signal(30001, seed: 2)));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Compress_WithLanguageModel_IsSmallerAndDecodesToTheSame()
    {
        await Run("compress", _folder["a.wav"], "-o", _folder["packed.ecdc"]);
        await Run("codes", "export", _folder["packed.ecdc"], _folder["codes.safetensors"]);
        using (SafetensorsFile codes = SafetensorsFile.Open(_folder["codes.safetensors"]))
        {
            TinyLanguageModel.Install(_model + "_lm", TinyConfigs.Causal, Padded(codes));
        }

        await Run("compress", _folder["a.wav"], "-l", "-o", _folder["coded.ecdc"]);
        await Run("decompress", _folder["packed.ecdc"], "-o", _folder["packed.wav"]);
        await Run("decompress", _folder["coded.ecdc"], "-o", _folder["coded.wav"]);
        Assert.True(new FileInfo(_folder["coded.ecdc"]).Length < 0.95 * new FileInfo(_folder["packed.ecdc"]).Length);
        Assert.Equal(File.ReadAllBytes(_folder["packed.wav"]), File.ReadAllBytes(_folder["coded.wav"]));

        JsonNode info = JsonNode.Parse((await Run("info", _folder["coded.ecdc"], "--json")).Text)!;
        Assert.True((bool)info["language_model"]!);
        Assert.True((double)info["saved_share"]! > 0);
        Assert.True((double)info["bits_per_code"]![0]! < 4);
        await Run("verify", _folder["coded.ecdc"]);
        await Run("codes", "export", _folder["coded.ecdc"], _folder["again.safetensors"]);
        using SafetensorsFile first = SafetensorsFile.Open(_folder["codes.safetensors"]);
        using SafetensorsFile second = SafetensorsFile.Open(_folder["again.safetensors"]);
        Assert.Equal(first.ReadInt32("segment0.codes"), second.ReadInt32("segment0.codes"));
    }

    [Fact]
    public async Task Compress_LanguageModelThatIsNotThere_IsRefused()
    {
        CliRun run = await CliRun.Of("compress", _folder["a.wav"], "-l", "--checkpoint", _model);
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains("--lm-checkpoint", run.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["a.ecdc"]));
    }

    [Fact]
    public async Task Info_Version1_ShowsTagsOriginalAndIndex()
    {
        File.WriteAllBytes(_folder["c.wav"], TestAudio.Wav(TestAudio.Signal(44100, channels: 2, sampleRateHz: 44100)));
        await Run("compress", _folder["c.wav"], "--tag", "title=Hello there", "--tag", "date=2026", "-b", "16");
        JsonNode info = JsonNode.Parse((await Run("info", _folder["c.ecdc"], "--json")).Text)!;
        Assert.Equal(1, (int)info["version"]!);
        Assert.Equal("Hello there", (string?)info["tags"]!["title"]);
        Assert.Equal((44100, 2, 44100), ((int)info["original_sample_rate_hz"]!, (int)info["original_channels"]!, (int)info["original_length_samples"]!));
        Assert.Equal(8000, (int)info["length_samples"]!);
        Assert.Equal(1000, info["index"]!.AsArray().Sum(chunk => (int)chunk!["frames"]!));
        Assert.Equal(4, info["codebook_use"]!.AsArray().Count);
        string text = (await Run("info", _folder["c.ecdc"])).Text;
        Assert.Contains("title=Hello there", text, StringComparison.Ordinal);
        JsonNode chunk = info["index"]![0]!;
        Assert.Matches($@"0 +0\.00 s +{chunk["offset"]} +{chunk["bytes"]} +{chunk["frames"]}\s", text);
    }

    [Fact]
    public async Task Cat_TwoFiles_PlaysOneAfterTheOther()
    {
        await Run("compress", _folder["a.wav"]);
        await Run("compress", _folder["b.wav"]);
        await Run("cat", _folder["a.ecdc"], _folder["b.ecdc"], "-o", _folder["ab.ecdc"]);
        foreach (string name in new[] { "a", "b", "ab" })
        {
            await Run("decompress", _folder[name + ".ecdc"], "-s", "_d", "--bits", "32f");
        }

        float[] joined = TestAudio.Read(_folder["ab_d.wav"]).Samples;
        Assert.Equal([.. TestAudio.Read(_folder["a_d.wav"]).Samples, .. TestAudio.Read(_folder["b_d.wav"]).Samples], joined);
        Assert.Equal(70001, joined.Length);

        CliRun piped = await CliRun.Of(
            await File.ReadAllBytesAsync(_folder["b.ecdc"], TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken,
            ["cat", _folder["a.ecdc"], "-", "-o", _folder["piped.ecdc"]]);
        Assert.Equal(0, piped.ExitCode);
        Assert.Equal(File.ReadAllBytes(_folder["ab.ecdc"]), File.ReadAllBytes(_folder["piped.ecdc"]));
    }

    [Fact]
    public async Task Cat_FilesThatDoNotGoTogether_IsRefused()
    {
        await Run("compress", _folder["a.wav"]);
        await Run("compress", _folder["b.wav"], "-b", "16");
        CliRun bandwidths = await CliRun.Of("cat", _folder["a.ecdc"], _folder["b.ecdc"], "-o", _folder["ab.ecdc"]);
        Assert.Equal(ExitCodes.Usage, bandwidths.ExitCode);
        Assert.DoesNotContain("Parameter", bandwidths.Errors, StringComparison.Ordinal);
        string version0 = Fixtures.Path("golden/encodec_24khz.bw6.ecdc");
        CliRun versions = await CliRun.Of("cat", _folder["a.ecdc"], version0, "-o", _folder["ab.ecdc"]);
        Assert.Equal(ExitCodes.Checkpoint, versions.ExitCode); // Its weights are not here.
        Assert.Contains("audiocodec models pull encodec_24khz", versions.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["ab.ecdc"]));
    }

    /// <summary>Files of version 0, which official models write by default, are put into chunks; no code changes.</summary>
    [Theory]
    [InlineData("encodec_tiny_causal")]
    [InlineData("encodec_tiny_stereo")]
    public async Task CatAndTrim_Version0_IsConvertedWithTheSameCodes(string name)
    {
        EncodecConfig config = name == TinyConfigs.Causal.Name ? TinyConfigs.Causal : TinyConfigs.Stereo;
        string[] model = ["--checkpoint", TinyModel.Install(_folder, config, name: "own")];
        File.WriteAllBytes(_folder["s.wav"], TestAudio.Wav(TestAudio.Signal(30001, config.Channels, config.SampleRateHz)));
        string[] compress = ["compress", _folder["s.wav"], .. model, "--no-lm"];
        foreach (string version in new[] { "0", "1" })
        {
            Assert.Equal(0, (await CliRun.Of([.. compress, "--format", version, "-o", _folder[$"v{version}.ecdc"]])).ExitCode);
        }

        CliRun said = await CliRun.Of(["cat", _folder["v0.ecdc"], "-o", _folder["copy.ecdc"], .. model]);
        CliRun told = await CliRun.Of(["cat", _folder["v0.ecdc"], "-o", _folder["told.ecdc"], "--format", "1", .. model]);
        Assert.True(said.ExitCode == 0, said.Errors);
        Assert.True(told.ExitCode == 0, told.Errors);
        Assert.Contains("v0.ecdc: version 0 of .ecdc is converted", said.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("converted", told.Errors, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(_folder["copy.ecdc"]), File.ReadAllBytes(_folder["told.ecdc"]));
        Assert.Equal(ExitCodes.Usage, (await CliRun.Of(["cat", _folder["v0.ecdc"], "-o", _folder["no.ecdc"], "--format", "0", .. model])).ExitCode);
        foreach (string file in new[] { "v0", "copy" })
        {
            await CliRun.Of(["codes", "export", _folder[file + ".ecdc"], _folder[file + ".safetensors"], .. model]);
        }

        using (SafetensorsFile before = SafetensorsFile.Open(_folder["v0.safetensors"]))
        using (SafetensorsFile after = SafetensorsFile.Open(_folder["copy.safetensors"]))
        {
            Assert.Equal(before.Names.Order(), after.Names.Order());
            Assert.Equal(before.Metadata["length_samples"], after.Metadata["length_samples"]);
            foreach (string tensor in before.Names)
            {
                Assert.Equal(before.ReadFloat32(tensor), after.ReadFloat32(tensor));
            }
        }

        // A mixture of both versions, and parts, are what the same of version 1 is.
        foreach (string version in new[] { "0", "1" })
        {
            foreach (string[] edit in new string[][]
            {
                ["cat", _folder[$"v{version}.ecdc"], _folder["v1.ecdc"], "-o", _folder[$"cat{version}.ecdc"]],
                ["trim", _folder[$"v{version}.ecdc"], "--start", "1.3", "--duration", "1", "-o", _folder[$"trim{version}.ecdc"]],
            })
            {
                CliRun run = await CliRun.Of([.. edit, .. model]);
                Assert.True(run.ExitCode == 0, run.Errors);
                string output = edit[^1];
                Assert.Equal(0, (await CliRun.Of(["decompress", output, "-o", output + ".wav", .. model])).ExitCode);
            }
        }

        foreach (string file in new[] { "cat", "trim" })
        {
            Assert.Equal(File.ReadAllBytes(_folder[$"{file}1.ecdc.wav"]), File.ReadAllBytes(_folder[$"{file}0.ecdc.wav"]));
        }
    }

    [Fact]
    public async Task Cat_AnotherModelThanTheFileStates_IsRefused()
    {
        await Run("compress", _folder["a.wav"]);
        CliRun run = await CliRun.Of("cat", _folder["a.ecdc"], "-o", _folder["b.ecdc"], "--model", "audiocodec_24khz_small");
        Assert.Equal(ExitCodes.Bitstream, run.ExitCode);
        Assert.Contains("a.ecdc", run.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["b.ecdc"]));
    }

    [Fact]
    public async Task CodesExport_JoinedFile_IsRefused()
    {
        await Run("compress", _folder["a.wav"]);
        await Run("cat", _folder["a.ecdc"], _folder["a.ecdc"], "-o", _folder["aa.ecdc"]);
        CliRun run = await CliRun.Of("codes", "export", _folder["aa.ecdc"], _folder["codes.npy"]);
        Assert.Equal(ExitCodes.Bitstream, run.ExitCode);
        Assert.Contains("joined or cut", run.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["codes.npy"]));
    }

    [Fact]
    public async Task Trim_APart_SoundsLikeThatPart()
    {
        await Run("compress", _folder["a.wav"], "-b", "16");
        await Run("trim", _folder["a.ecdc"], "--start", "2.5", "--duration", "1.25", "-o", _folder["part.ecdc"]);
        await Run("decompress", _folder["a.ecdc"], "-o", _folder["all.wav"], "--bits", "32f");
        await Run("decompress", _folder["part.ecdc"], "-o", _folder["part.wav"], "--bits", "32f");
        float[] part = TestAudio.Read(_folder["part.wav"]).Samples;
        float[] expected = TestAudio.Read(_folder["all.wav"]).Samples[20000..30000];
        Assert.Equal(expected.Length, part.Length);
        double difference = expected.Zip(part).Sum(pair => Math.Pow(pair.First - pair.Second, 2));
        double power = expected.Sum(sample => (double)sample * sample);
        Assert.True(difference < 1e-6 * power, $"{10 * Math.Log10(difference / power)} dB");
    }

    /// <summary>Bytes cut out of the middle or put in there cost the chunks that they hit, in a file and through a pipe, and in what is joined or cut of it.</summary>
    [Theory]
    [InlineData(100)]
    [InlineData(-100)]
    public async Task ShiftedFile_IsReadButForTheChunkHit(int cut)
    {
        const int second = 8000;
        File.WriteAllBytes(_folder["long.wav"], TestAudio.Wav(TestAudio.Signal(20 * second)));
        await Run("compress", _folder["long.wav"], "--no-lm");
        byte[] file = File.ReadAllBytes(_folder["long.ecdc"]);
        int at = file.Length * 45 / 100;
        byte[] bad = cut > 0 ? [.. file[..at], .. file[(at + cut)..]] : [.. file[..at], .. new byte[-cut], .. file[at..]];
        File.WriteAllBytes(_folder["bad.ecdc"], bad);
        CliRun refused = await CliRun.Of("decompress", _folder["bad.ecdc"], "--checkpoint", _model, "-o", _folder["no.wav"]);
        Assert.Equal(ExitCodes.Bitstream, refused.ExitCode);
        Assert.Contains(cut > 0 ? "lacks 100 bytes" : "100 bytes were put", refused.Errors, StringComparison.Ordinal);

        await Run("decompress", _folder["long.ecdc"], "-o", _folder["whole.wav"], "--bits", "32f");
        await Run("decompress", _folder["bad.ecdc"], "--conceal", "-o", _folder["bad.wav"], "--bits", "32f");
        float[] whole = TestAudio.Read(_folder["whole.wav"]).Samples, mended = TestAudio.Read(_folder["bad.wav"]).Samples;
        Assert.Equal(whole.Length, mended.Length);

        // The chunk of the samples from 8 s to 10 s; the decoder has forgotten it half a second later.
        Assert.Equal(whole[..(8 * second)], mended[..(8 * second)]);
        Assert.All(whole[(21 * second / 2)..].Zip(mended[(21 * second / 2)..]), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        CliRun piped = await CliRun.Of(bad, default, "decompress", "-", "--conceal", "--checkpoint", _model, "-o", _folder["piped.wav"], "--bits", "32f");
        Assert.Equal(0, piped.ExitCode);
        Assert.Equal(mended, TestAudio.Read(_folder["piped.wav"]).Samples);

        JsonNode info = JsonNode.Parse((await Run("info", _folder["bad.ecdc"], "--json")).Text)!;
        Assert.Equal(160000, (int)info["length_samples"]!);
        Assert.Equal([true, true], info["damage"]!.AsArray().Select((damage, i) => ((string)damage!).Contains(i == 0 ? "100 bytes" : "Chunk 4", StringComparison.Ordinal)));
        Assert.Equal(ExitCodes.Bitstream, (await CliRun.Of("cat", _folder["bad.ecdc"], "-o", _folder["no.ecdc"])).ExitCode);
        CliRun cat = await Run("cat", _folder["bad.ecdc"], "--conceal", "-o", _folder["cat.ecdc"]);
        Assert.Contains("Chunk 4", cat.Errors, StringComparison.Ordinal);
        await Run("decompress", _folder["cat.ecdc"], "--conceal", "-o", _folder["cat.wav"], "--bits", "32f");
        Assert.Equal(mended, TestAudio.Read(_folder["cat.wav"]).Samples);
        foreach (string name in new[] { "long", "bad" })
        {
            await Run("trim", _folder[name + ".ecdc"], "--conceal", "--start", "13", "-o", _folder[name + "_part.ecdc"]);
        }

        Assert.Equal(File.ReadAllBytes(_folder["long_part.ecdc"]), File.ReadAllBytes(_folder["bad_part.ecdc"]));
    }

    [Fact]
    public async Task DamagedChunk_IsRefusedReportedAndConcealedOnRequest()
    {
        await Run("compress", _folder["a.wav"]);
        JsonNode info = JsonNode.Parse((await Run("info", _folder["a.ecdc"], "--json")).Text)!;
        byte[] bytes = File.ReadAllBytes(_folder["a.ecdc"]);
        bytes[(int)info["index"]![1]!["offset"]! + 40] ^= 1;
        File.WriteAllBytes(_folder["bad.ecdc"], bytes);

        Assert.Equal(ExitCodes.Bitstream, (await CliRun.Of("verify", _folder["bad.ecdc"])).ExitCode);
        CliRun refused = await CliRun.Of("decompress", _folder["bad.ecdc"], "--checkpoint", _model);
        Assert.Equal(ExitCodes.Bitstream, refused.ExitCode);
        Assert.False(File.Exists(_folder["bad_decompressed.wav"]));
        CliRun concealed = await CliRun.Of("decompress", _folder["bad.ecdc"], "--conceal", "--checkpoint", _model);
        Assert.Equal(ExitCodes.Success, concealed.ExitCode);
        Assert.Contains("Damage concealed", concealed.Errors, StringComparison.Ordinal);
        Assert.Equal(40000, TestAudio.Read(_folder["bad_decompressed.wav"]).LengthSamples);

        CliRun rescaled = await CliRun.Of("decompress", _folder["bad.ecdc"], "--conceal", "-r", "-f", "--checkpoint", _model);
        Assert.Equal(ExitCodes.Success, rescaled.ExitCode);
        Assert.Equal(1, rescaled.Errors.Split('\n').Count(line => line.Contains("Damage concealed", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Conceal_FileWithoutOneWholeChunk_IsAnErrorAndNoEmptyFile()
    {
        await Run("compress", _folder["a.wav"]);
        File.WriteAllBytes(_folder["bad.ecdc"], File.ReadAllBytes(_folder["a.ecdc"])[..150]);
        CliRun run = await CliRun.Of("decompress", _folder["bad.ecdc"], "--conceal", "--checkpoint", _model);
        Assert.Equal(ExitCodes.Bitstream, run.ExitCode);
        Assert.Contains("Nothing of the file can be decoded", run.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["bad_decompressed.wav"]));
    }

    /// <summary>Other codes would be noise; another decoder of the same codes is the same codec, trained on.</summary>
    [Theory]
    [InlineData("encoder.model.0.conv.conv.bias", ExitCodes.Bitstream)]
    [InlineData("quantizer.vq.layers.1._codebook.embed", ExitCodes.Bitstream)]
    [InlineData("decoder.model.0.conv.conv.bias", ExitCodes.Success)]
    public async Task Decompress_OtherWeightsOfTheSameName_IsRefusedUnlessTheyAreTheDecoders(string tensor, int exitCode)
    {
        await Run("compress", _folder["a.wav"]);
        TinyModel.Change(_model, tensor);
        CliRun run = await CliRun.Of("decompress", _folder["a.ecdc"], "--checkpoint", _model);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal(exitCode != ExitCodes.Success, run.Errors.Contains("fingerprint", StringComparison.Ordinal));
    }

    /// <summary>Files say which decoder their codec had; a file joined from two decoders' says none.</summary>
    [Fact]
    public async Task Info_FilesOfTwoDecoders_NamesEach()
    {
        await Run("compress", _folder["a.wav"]);
        TinyModel.Change(_model, "decoder.model.0.conv.conv.bias");
        await Run("compress", _folder["b.wav"]);
        await Run("cat", _folder["a.ecdc"], _folder["b.ecdc"], "-o", _folder["ab.ecdc"]);
        await Run("cat", _folder["a.ecdc"], _folder["a.ecdc"], "-o", _folder["aa.ecdc"]);
        JsonNode[] files = [.. JsonNode.Parse((await Run("info", _folder["a.ecdc"], _folder["b.ecdc"], _folder["ab.ecdc"], _folder["aa.ecdc"], "--json")).Text)!["files"]!.AsArray().Select(file => file!)];
        string?[] decoders = [.. files.Select(file => (string?)file["decoder_fingerprint"])];
        Assert.Single(files.Select(file => (string?)file["model_fingerprint"]).Distinct());
        Assert.Equal(16, decoders[0]?.Length);
        Assert.NotEqual(decoders[0], decoders[1]);
        Assert.Equal([null, decoders[0]], decoders[2..]);
    }

    [Theory]
    [InlineData("--format", "0", "-l")]
    [InlineData("--format", "2")]
    [InlineData("-l", "--no-lm")]
    [InlineData("--tag", "title")]
    public async Task Compress_OptionsThatExcludeEachOther_AreUsageErrors(params string[] options)
    {
        CliRun run = await CliRun.Of(["compress", _folder["a.wav"], "--checkpoint", _model, .. options]);
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.False(File.Exists(_folder["a.ecdc"]));
    }

    private static int[] Padded(SafetensorsFile file)
    {
        // A file uses the first codebooks only; the model predicts all of them.
        int[] codes = file.ReadInt32("segment0.codes");
        int frames = file.Info("segment0.codes").Shape[1];
        return [.. codes, .. new int[(TinyConfigs.Causal.Codebooks * frames) - codes.Length]];
    }

    private async Task<CliRun> Run(params string[] arguments)
    {
        bool takesModel = arguments[0] is "compress" or "decompress" or "codes";
        CliRun run = await CliRun.Of(takesModel ? [.. arguments, "--checkpoint", _model] : arguments);
        Assert.True(run.ExitCode == ExitCodes.Success, $"{string.Join(' ', arguments)}: {run.Errors}");
        return run;
    }
}
