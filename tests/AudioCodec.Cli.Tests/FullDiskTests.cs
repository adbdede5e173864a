using AudioCodec.Audio;
using AudioCodec.TestSupport;

namespace AudioCodec.Cli.Tests;

public sealed class FullDiskTests
{
    /// <summary>An older output stays as it was, and nothing half written is left.</summary>
    [Theory]
    [InlineData("compress", 0)]
    [InlineData("compress", 4096)]
    [InlineData("decompress", 0)]
    [InlineData("decompress", 8192)]
    public async Task Command_DiskFull_SaysSoAndLeavesTheFilesAsTheyWere(string command, int room)
    {
        using SmallDisk? disk = SmallDisk.Mount(256 << 10);
        Assert.SkipWhen(disk is null, SmallDisk.Unavailable);
        using var folder = new TemporaryFolder();
        string model = TinyModel.Install(folder);
        File.WriteAllBytes(folder["in.wav"], TestAudio.Wav(TestAudio.Signal(40000), PcmEncoding.S16));
        Assert.Equal(ExitCodes.Success, (await CliRun.Of("compress", folder["in.wav"], "--checkpoint", model, "-b", "16")).ExitCode);
        string input = folder[command == "compress" ? "in.wav" : "in.ecdc"];
        string output = Path.Combine(disk!.Root, "out");
        File.WriteAllBytes(output, [1, 2, 3]);
        byte[] reserve = new byte[room];
        File.WriteAllBytes(Path.Combine(disk.Root, "reserve"), reserve);
        disk.Fill();
        File.Delete(Path.Combine(disk.Root, "reserve"));

        CliRun run = await CliRun.Of([command, input, "--checkpoint", model, "-o", output, "-f", .. command == "compress" ? ["-b", "16"] : Array.Empty<string>()]);

        Assert.Equal(ExitCodes.InputOutput, run.ExitCode);
        Assert.Contains("No space left on device", run.Errors, StringComparison.Ordinal);
        Assert.Equal(["out"], disk.Files());
        Assert.Equal([1, 2, 3], File.ReadAllBytes(output));
    }
}
