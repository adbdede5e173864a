using System.Text;
using System.Text.Json.Nodes;

namespace AudioCodec.Cli.Tests;

public sealed class InfoVerifyTests
{
    [Fact]
    public async Task Info_ReferencesFile_ShowsHeaderAndCodes()
    {
        string path = Fixtures.Path("golden/encodec_24khz.bw6.ecdc");
        CliRun run = await CliRun.Of("info", path, "--json");
        Assert.Equal(ExitCodes.Success, run.ExitCode);
        JsonNode report = JsonNode.Parse(run.Text)!;
        Assert.Equal("encodec_24khz", (string?)report["model"]);
        Assert.Equal(32901, (int)report["length_samples"]!);
        Assert.Equal(8, (int)report["codebooks"]!);
        Assert.Equal(6, (double)report["bandwidth_kbps"]!);
        Assert.Equal(1096, (int)report["file_bytes"]!);
        Assert.Equal(1.096 * 8 / (32901 / 24000.0), (double)report["bitrate_kbps"]!, 1e-3);
        using GoldenFile golden = GoldenFile.Open("encodec_24khz");
        ushort[] codes = golden.FrameMajorCodes("bw6.segment0.codes");
        int[] distinct = [.. report["codebook_use"]!.AsArray().Select(use => (int)use!["distinct_codes"]!)];
        Assert.Equal(
            [.. Enumerable.Range(0, 8).Select(k => Enumerable.Range(0, codes.Length / 8).Select(f => codes[(f * 8) + k]).Distinct().Count())],
            distinct);
    }

    [Fact]
    public async Task Info_LanguageModelStream_SaysThatCodesAreNotCounted()
    {
        CliRun run = await CliRun.Of("info", Fixtures.Path("golden/encodec_24khz.bw6.lm.ecdc"), "--json");
        Assert.Equal(ExitCodes.Success, run.ExitCode);
        JsonNode report = JsonNode.Parse(run.Text)!;
        Assert.True((bool)report["language_model"]!);
        Assert.Null(report["codebook_use"]);
    }

    [Fact]
    public async Task Info_Version0OfUnknownModel_ShowsTheHeaderAndWhatIsMissing()
    {
        using var folder = new TemporaryFolder();
        const string Json = "{\"m\": \"somebodys_model\", \"al\": 960, \"nc\": 2, \"lm\": false}";
        File.WriteAllBytes(folder["a.ecdc"], [.. "ECDC\0\0\0\0"u8, (byte)Json.Length, .. Encoding.ASCII.GetBytes(Json), 1, 2, 3]);
        JsonNode report = JsonNode.Parse((await CliRun.Of("info", folder["a.ecdc"], "--json")).Text)!; // The text is a report.
        Assert.Equal(("somebodys_model", 960, 2), ((string?)report["model"], (int)report["length_samples"]!, (int)report["codebooks"]!));
        Assert.Null(report["duration_seconds"]);
        Assert.Contains("not known here", (string?)report["note"], StringComparison.Ordinal);
        Assert.Contains("somebodys_model", (await CliRun.Of("info", folder["a.ecdc"])).Text, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Bitstream, (await CliRun.Of("verify", folder["a.ecdc"])).ExitCode);
    }

    [Fact]
    public async Task Info_SeveralFiles_ListsReportsAndFailures()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["b.ecdc"], "no such file");
        File.Copy(Fixtures.Path("golden/encodec_24khz.bw6.ecdc"), folder["a.ecdc"]);
        CliRun run = await CliRun.Of("info", folder.Root, "--json");
        Assert.Equal(ExitCodes.PartialFailure, run.ExitCode);
        JsonNode report = JsonNode.Parse(run.Text)!; // The text is a report.
        Assert.Equal(folder["a.ecdc"], (string?)Assert.Single(report["files"]!.AsArray())!["input"]);
        JsonNode failure = Assert.Single(report["failures"]!.AsArray())!;
        Assert.Equal((folder["b.ecdc"], ExitCodes.Bitstream), ((string?)failure["input"], (int)failure["exit_code"]!));
        Assert.Contains("ECDC", (string?)failure["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_SoundVersion0_SaysThatItHasNoChecksum()
    {
        CliRun run = await CliRun.Of("verify", Fixtures.Path("golden/encodec_48khz.bw6.ecdc"));
        Assert.Equal(ExitCodes.Success, run.ExitCode);
        Assert.Contains("no checksum", run.Errors, StringComparison.Ordinal);
    }

    /// <summary>The last segment has 24961 samples: 79 frames of 2 codes of 10 bits, 1580 bits, so that 4 bits pad it.</summary>
    [Fact]
    public async Task Verify_BitInThePadding_IsDamage()
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = File.ReadAllBytes(Fixtures.Path("golden/encodec_48khz.bw3.ecdc"));
        Assert.Equal(ExitCodes.Success, await VerifyAsync(folder, bytes));
        bytes[^1] |= 0x80;
        Assert.Equal(ExitCodes.Bitstream, await VerifyAsync(folder, bytes));
    }

    private static async Task<int> VerifyAsync(TemporaryFolder folder, byte[] stream)
    {
        File.WriteAllBytes(folder["a.ecdc"], stream);
        return (await CliRun.Of("verify", folder["a.ecdc"])).ExitCode;
    }
}
