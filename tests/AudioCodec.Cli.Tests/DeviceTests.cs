using AudioCodec.Audio;
using AudioCodec.Torch.Loading;

namespace AudioCodec.Cli.Tests;

/// <summary><c>--device</c>, as a process of its own: one process has one libtorch.</summary>
public sealed class DeviceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public DeviceTests() => _model = TinyModel.Install(_folder);

    public void Dispose() => _folder.Dispose();

    /// <summary>On libtorch: the reference's audio for the reference's codes, and the managed engine's file.</summary>
    [Fact]
    public async Task CompressAndDecompress_OnLibtorch_GiveGoldenAudio()
    {
        using GoldenFile golden = GoldenFile.Open("encodec_tiny_causal");
        File.WriteAllBytes(_folder["in.wav"], TestAudio.Wav(new AudioBuffer(golden.Floats("audio"), 1, 8000)));
        ProcessResult compress = await AudioCodecProcess.RunAsync([], [], "compress", _folder["in.wav"], "-o", _folder["torch.ecdc"], "--checkpoint", _model, "-b", "16", "--format", "0", "--device", "torch");
        Assert.SkipWhen(compress.ExitCode == ExitCodes.Torch && !RequiredTorch.IsRequired, compress.Errors);
        Assert.True(compress.ExitCode == ExitCodes.Success, compress.Errors);
        CliRun managed = await CliRun.Of("compress", _folder["in.wav"], "-o", _folder["managed.ecdc"], "--checkpoint", _model, "-b", "16", "--format", "0");
        Assert.Equal(ExitCodes.Success, managed.ExitCode);
        Assert.Equal(File.ReadAllBytes(_folder["managed.ecdc"]), File.ReadAllBytes(_folder["torch.ecdc"]));

        ProcessResult decompress = await AudioCodecProcess.RunAsync([], [], "decompress", _folder["managed.ecdc"], "-o", _folder["out.wav"], "--checkpoint", _model, "--bits", "32f", "--device", "torch");
        Assert.True(decompress.ExitCode == ExitCodes.Success, decompress.Errors);
        float[] expected = [.. golden.Floats("decoded").Select(sample => Math.Clamp(sample, -0.99f, 0.99f))];
        AudioBuffer decoded = TestAudio.Read(_folder["out.wav"]);
        Assert.Equal(expected.Length, decoded.LengthSamples);
        Assert.InRange(expected.Zip(decoded.Samples).Max(pair => Math.Abs(pair.First - pair.Second)), 0, 2e-4f);
    }

    [Fact]
    public async Task Auto_WithoutCuda_IsTheManagedEngine()
    {
        File.WriteAllBytes(_folder["in.wav"], TestAudio.Wav(TestAudio.Signal(4000)));
        (string, string)[] nothing = [(LibTorchSearch.Variable, _folder["nowhere"])];
        ProcessResult run = await AudioCodecProcess.RunAsync([], nothing, "compress", _folder["in.wav"], "--checkpoint", _model, "--device", "auto");
        Assert.True(run.ExitCode == ExitCodes.Success, run.Errors);
        Assert.True(new FileInfo(_folder["in.ecdc"]).Length > 0);
        ProcessResult cuda = await AudioCodecProcess.RunAsync([], nothing, "compress", _folder["in.wav"], "-o", _folder["other.ecdc"], "--checkpoint", _model, "--device", "cuda:1");
        Assert.Equal(ExitCodes.Torch, cuda.ExitCode);
        Assert.Contains(_folder["nowhere"], cuda.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["other.ecdc"]));
    }

    [Fact]
    public async Task Precision_OfTheManagedEngine_IsAUsageError()
    {
        CliRun run = await CliRun.Of("decompress", _folder["in.ecdc"], "--precision", "tf32");
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains("--device", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    public async Task OtherDevices_AreUsageErrors(string device)
    {
        CliRun run = await CliRun.Of("decompress", _folder["in.ecdc"], "--device", device);
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains("cpu, cuda, cuda:N, auto or torch", run.Errors, StringComparison.Ordinal);
    }
}
