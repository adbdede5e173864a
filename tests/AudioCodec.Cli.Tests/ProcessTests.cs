using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AudioCodec.Cli.Tests;

/// <summary>The program as a process of its own: signals, real pipes, other instruction sets.</summary>
public sealed partial class ProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public ProcessTests() => _model = TinyModel.Install(_folder);

    public void Dispose() => _folder.Dispose();

    /// <summary>SIGHUP and SIGTERM are treated like Ctrl-C's SIGINT, which background jobs of a shell inherit as ignored.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    public async Task Signalled_WhileItWaitsForInput_LeavesNoFileAndSaysSo(int signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The test sends a POSIX signal.");
        using Process process = AudioCodecProcess.Start([], "compress", "-", "--raw", "s16le:8000:1", "-o", _folder["a.ecdc"], "--checkpoint", _model);

        // The output's temporary file shows that work has begun.
        await process.StandardInput.BaseStream.WriteAsync(new byte[32000]);
        await process.StandardInput.BaseStream.FlushAsync();
        await WaitFor(() => _folder.Files().Any(file => file.EndsWith(".tmp", StringComparison.Ordinal)));
        Assert.Equal(0, Kill(process.Id, signal));
        Task<string> reading = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromSeconds(30)))
        {
            process.Kill();
            Assert.Fail("The program still runs 30 seconds after the signal.");
        }

        string errors = await reading;
        Assert.Equal(ExitCodes.Cancelled, process.ExitCode);
        Assert.Contains("no output was written", errors, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.Files(), file => file.Contains("ecdc", StringComparison.Ordinal));
    }

    /// <summary>The container is integers; the decoder's floats agree within the golden set's tolerance.</summary>
    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task Pipe_UnderAnotherInstructionSet_DecodesToTheSameSound(string variable)
    {
        byte[] wav = TestAudio.Wav(TestAudio.Signal(2500));
        (byte[] stream, _) = await RunAsync(wav, [], "compress", "-", "--checkpoint", _model);
        (byte[] expected, _) = await RunAsync(stream, [], "decompress", "-", "--bits", "32f", "--checkpoint", _model);
        (byte[] actual, _) = await RunAsync(stream, [(variable, "0")], "decompress", "-", "--bits", "32f", "--checkpoint", _model);
        float[] first = TestAudio.Read(expected).Samples;
        float[] second = TestAudio.Read(actual).Samples;
        Assert.Equal(2500, second.Length);
        Assert.InRange(first.Zip(second).Max(pair => Math.Abs(pair.First - pair.Second)), 0, 2e-4f);
    }

    [Fact]
    public async Task Version_AsAProcess_GoesToStandardOutput()
    {
        (byte[] output, string errors) = await RunAsync([], [], "--version");
        Assert.NotEmpty(output);
        Assert.Empty(errors);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    private static async Task WaitFor(Func<bool> condition)
    {
        for (int i = 0; i < 600 && !condition(); i++)
        {
            await Task.Delay(50);
        }

        Assert.True(condition(), "nothing happened for 30 seconds");
    }

    private static async Task<(byte[] Output, string Errors)> RunAsync(
        byte[] input, (string Name, string Value)[] environment, params string[] arguments)
    {
        ProcessResult result = await AudioCodecProcess.RunAsync(input, environment, arguments);
        Assert.True(result.ExitCode == 0, result.Errors);
        return (result.Output, result.Errors);
    }
}
