using System.Text;
using System.Text.Json.Nodes;
using AudioCodec.Checkpoints;

namespace AudioCodec.Cli.Tests;

public sealed class CodesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("encodec_24khz", "npy")]
    [InlineData("encodec_24khz", "safetensors")]
    [InlineData("encodec_48khz", "safetensors")]
    public async Task ExportAndImport_ReferencesFile_ComesBackByteForByte(string model, string format)
    {
        string original = Fixtures.Path($"golden/{model}.bw6.ecdc");
        string codes = _folder[$"codes.{format}"];
        CliRun export = await CliRun.Of("codes", "export", original, codes);
        Assert.Equal((ExitCodes.Success, ""), (export.ExitCode, export.Text));
        Assert.Equal(format == "npy", export.Errors.Contains("bare codes", StringComparison.Ordinal));
        string[] known = format == "npy" ? ["--length", "32901", "--model", model] : [];
        CliRun import = await CliRun.Of(["codes", "import", codes, _folder["back.ecdc"], .. known]);
        Assert.True(import.ExitCode == ExitCodes.Success, import.Errors);
        Assert.Equal(File.ReadAllBytes(original), File.ReadAllBytes(_folder["back.ecdc"]));
    }

    [Fact]
    public async Task Export_Safetensors_HoldsTheGoldenCodes()
    {
        await CliRun.Of("codes", "export", Fixtures.Path("golden/encodec_24khz.bw6.ecdc"), _folder["codes.safetensors"]);
        using SafetensorsFile file = SafetensorsFile.Open(_folder["codes.safetensors"]);
        using GoldenFile golden = GoldenFile.Open("encodec_24khz");
        Assert.Equal(golden.Shape("bw6.segment0.codes"), file.Info("segment0.codes").Shape);
        Assert.Equal(golden.Ints("bw6.segment0.codes"), file.ReadInt32("segment0.codes"));
        Assert.Equal("encodec_24khz", file.Metadata["model"]);
    }

    [Fact]
    public async Task Export_NpyOfAModelWithSegments_IsRefused()
    {
        CliRun run = await CliRun.Of("codes", "export", Fixtures.Path("golden/encodec_48khz.bw6.ecdc"), _folder["codes.npy"]);
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains(".safetensors", run.Errors, StringComparison.Ordinal);
        Assert.Empty(_folder.Files());
    }

    [Fact]
    public async Task Import_Int64Array_IsReadLikeNumpySavesIt()
    {
        var values = new long[] { 1, 2, 3, 1023, 0, 5 };
        using (var stream = new MemoryStream())
        {
            string header = "{'descr': '<i8', 'fortran_order': False, 'shape': (2, 3), }".PadRight(117) + "\n";
            stream.Write([0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. Encoding.ASCII.GetBytes(header)]);
            foreach (long value in values)
            {
                stream.Write(BitConverter.GetBytes(value));
            }

            File.WriteAllBytes(_folder["codes.npy"], stream.ToArray());
        }

        CliRun import = await CliRun.Of("codes", "import", _folder["codes.npy"], _folder["a.ecdc"], "--model", "encodec_24khz");
        Assert.True(import.ExitCode == ExitCodes.Success, import.Errors);
        await CliRun.Of("codes", "export", _folder["a.ecdc"], _folder["b.safetensors"]);
        using SafetensorsFile file = SafetensorsFile.Open(_folder["b.safetensors"]);
        Assert.Equal([1, 2, 3, 1023, 0, 5], file.ReadInt32("segment0.codes"));
        Assert.Equal("960", file.Metadata["length_samples"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not an array")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }")]
    [InlineData("{'descr': '<u2', 'fortran_order': True, 'shape': (2, 3), }")]
    [InlineData("{'descr': '<u2', 'fortran_order': False, 'shape': (2000000000, 2000000000), }")]
    [InlineData("{'descr': '<u2', 'fortran_order': False, 'shape': (2, 3), }")]
    public async Task Import_DamagedNpy_IsAnErrorAndNoFile(string header)
    {
        File.WriteAllBytes(
            _folder["codes.npy"], [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), 1, 0, 2]);
        CliRun import = await CliRun.Of("codes", "import", _folder["codes.npy"], _folder["a.ecdc"], "--model", "encodec_24khz");
        Assert.Equal(ExitCodes.Checkpoint, import.ExitCode);
        Assert.Equal(["codes.npy"], _folder.Files());
    }

    [Fact]
    public async Task Import_OtherLengthThanTheFramesHave_IsRefused()
    {
        string codes = _folder["codes.safetensors"];
        await CliRun.Of("codes", "export", Fixtures.Path("golden/encodec_24khz.bw6.ecdc"), codes);
        CliRun import = await CliRun.Of("codes", "import", codes, _folder["a.ecdc"], "--length", "5");
        Assert.Equal(ExitCodes.Usage, import.ExitCode);
        Assert.Contains("5 samples of model 'encodec_24khz' need 1", import.Errors, StringComparison.Ordinal);
        Assert.Equal(["codes.safetensors"], _folder.Files());
    }

    [Fact]
    public async Task Import_CodeBeyondTheCodebook_IsRefused()
    {
        string header = "{'descr': '<u2', 'fortran_order': False, 'shape': (1, 2), }\n";
        File.WriteAllBytes(
            _folder["codes.npy"], [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), 1, 0, 0, 4]);
        CliRun import = await CliRun.Of("codes", "import", _folder["codes.npy"], _folder["a.ecdc"], "--model", "encodec_24khz");
        Assert.Equal(ExitCodes.Usage, import.ExitCode);
        Assert.Contains("Code 1024", import.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_Version1_IsSafetensorsUnlessToldAndKeepsWhatTheCodesMean()
    {
        string model = await CompressTiny();
        CliRun export = await CliRun.Of("codes", "export", _folder["a.ecdc"], "--checkpoint", model);
        Assert.True(export.ExitCode == ExitCodes.Success, export.Errors);
        using (SafetensorsFile file = SafetensorsFile.Open(_folder["a.safetensors"]))
        {
            Assert.Equal(("encodec_tiny_causal", "8000", "1", "16000", "1", "8000"), (
                file.Metadata["model"], file.Metadata["sample_rate_hz"], file.Metadata["channels"], file.Metadata["original_sample_rate_hz"],
                file.Metadata["original_channels"], file.Metadata["original_length_samples"]));
        }

        CliRun import = await CliRun.Of("codes", "import", _folder["a.safetensors"], _folder["b.ecdc"], "--checkpoint", model);
        Assert.True(import.ExitCode == ExitCodes.Success, import.Errors);
        JsonNode before = await InfoAsync("a.ecdc", model), after = await InfoAsync("b.ecdc", model);
        foreach (string key in new[] { "version", "model_fingerprint", "duration_seconds", "codebooks", "original_sample_rate_hz", "original_channels" })
        {
            Assert.Equal(before[key]!.ToString(), after[key]!.ToString());
        }

        await CliRun.Of("decompress", _folder["a.ecdc"], "--checkpoint", model, "-o", _folder["a.wav"]);
        await CliRun.Of("decompress", _folder["b.ecdc"], "--checkpoint", model, "-o", _folder["b.wav"]);
        Assert.Equal(File.ReadAllBytes(_folder["a.wav"]), File.ReadAllBytes(_folder["b.wav"]));
        Assert.Equal(ExitCodes.Usage, (await CliRun.Of(File.ReadAllBytes(_folder["a.ecdc"]), default, "codes", "export", "-", "--checkpoint", model)).ExitCode);
    }

    [Fact]
    public async Task Import_ModelThatTheCodesAreNotOf_IsAnErrorThatNamesBoth()
    {
        string codes = _folder["codes.safetensors"];
        await CliRun.Of("codes", "export", Fixtures.Path("golden/encodec_24khz.bw6.ecdc"), codes);
        foreach (string[] other in new string[][] { ["--model", "audiocodec_24khz"], ["--checkpoint", TinyModel.Install(_folder)] })
        {
            CliRun import = await CliRun.Of(["codes", "import", codes, _folder["a.ecdc"], .. other]);
            Assert.Equal(ExitCodes.Bitstream, import.ExitCode);
            Assert.Contains($"are of model 'encodec_24khz', not of '{(other[0] == "--model" ? other[1] : "encodec_tiny_causal")}'", import.Errors, StringComparison.Ordinal);
            Assert.False(File.Exists(_folder["a.ecdc"]));
        }
    }

    [Theory]
    [InlineData("encoder.model.0.conv.conv.bias", ExitCodes.Bitstream)]
    [InlineData("decoder.model.0.conv.conv.bias", ExitCodes.Success)]
    public async Task Import_OtherWeightsOfTheSameName_AreRefusedUnlessOnlyTheDecoderDiffers(string tensor, int expected)
    {
        string model = await CompressTiny();
        await CliRun.Of("codes", "export", _folder["a.ecdc"], _folder["codes.safetensors"], "--checkpoint", model);
        TinyModel.Change(model, tensor);
        CliRun import = await CliRun.Of("codes", "import", _folder["codes.safetensors"], _folder["b.ecdc"], "--checkpoint", model);
        Assert.Equal(expected, import.ExitCode);
        Assert.Equal(expected == ExitCodes.Bitstream, import.Errors.Contains("with encoder and codebooks", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("fingerprint", "12")]
    [InlineData("fingerprint", "xx00000000000000")]
    [InlineData("sample_rate_hz", "-8000")]
    [InlineData("original_length_samples", "99999999999999999999")]
    public async Task Import_MetadataThatCannotBe_IsAnError(string key, string value)
    {
        var writer = new SafetensorsWriter();
        writer.SetMetadata("model", "encodec_24khz");
        writer.SetMetadata(key, value);
        writer.AddUInt16("segment0.codes", [2, 1], new ushort[] { 1, 2 });
        writer.Save(_folder["codes.safetensors"]);
        CliRun import = await CliRun.Of("codes", "import", _folder["codes.safetensors"], _folder["b.ecdc"]);
        Assert.Equal(ExitCodes.Checkpoint, import.ExitCode);
        Assert.Contains(key, import.Errors, StringComparison.Ordinal);
    }

    /// <summary>A version-1 file of a model of one's own, of a recording at another rate.</summary>
    private async Task<string> CompressTiny()
    {
        string model = TinyModel.Install(_folder);
        File.WriteAllBytes(_folder["a.wav"], TestAudio.Wav(TestAudio.Signal(8000, sampleRateHz: 16000)));
        CliRun compress = await CliRun.Of("compress", _folder["a.wav"], "-o", _folder["a.ecdc"], "--checkpoint", model, "--no-lm");
        Assert.True(compress.ExitCode == ExitCodes.Success, compress.Errors);
        File.Delete(_folder["a.wav"]);
        return model;
    }

    private async Task<JsonNode> InfoAsync(string file, string model) =>
        JsonNode.Parse((await CliRun.Of("info", _folder[file], "--checkpoint", model, "--json")).Text)!;
}
