using System.Text;
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
        string[] length = format == "npy" ? ["--length", "32901"] : [];
        CliRun import = await CliRun.Of(["codes", "import", codes, _folder["back.ecdc"], "--model", model, .. length]);
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
}
