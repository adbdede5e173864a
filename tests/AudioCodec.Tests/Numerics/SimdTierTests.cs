using System.Diagnostics;
using AudioCodec.Numerics;
using AudioCodec.Numerics.Vectors;
using AudioCodec.Tests.Generation.Transformer;

namespace AudioCodec.Tests.Numerics;

/// <summary>
/// Runs the kernel tests and the tiny models again in processes that may use fewer instructions.
/// </summary>
public sealed class SimdTierTests
{
    private const string ExpectedTier = "AUDIOCODEC_EXPECTED_TIER";

    [Theory]
    [InlineData("DOTNET_EnableAVX512", "Vector256")]
    [InlineData("DOTNET_EnableAVX2", "Vector128")]
    [InlineData("DOTNET_EnableHWIntrinsic", "Scalar")]
    public async Task KernelsAndTinyModels_WithFewerInstructions_StillPass(string switchedOff, string expected)
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(ExpectedTier) is not null, "This is a process of the matrix itself.");
        Assert.SkipWhen(Simd.Tier <= Enum.Parse<SimdTier>(expected), $"This machine has {Simd.Tier} only.");
        string assembly = typeof(SimdTierTests).Assembly.Location;
        ProcessStartInfo start = new("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "vstest", assembly, "--TestCaseFilter:" + string.Join("|",
                    $"FullyQualifiedName~{typeof(SimdTierTests).Namespace}.",
                    $"FullyQualifiedName~{typeof(TokenModelGoldenTests).Namespace}.",
                    "DisplayName~tiny"),
            },
        };
        start.Environment[switchedOff] = "0";
        start.Environment[ExpectedTier] = expected;
        using Process process = Process.Start(start)!; // never null without the shell
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output + await errors);
        Assert.Contains("Passed", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Tier_IsTheExpectedOne()
    {
        string? expected = Environment.GetEnvironmentVariable(ExpectedTier);
        Assert.SkipWhen(expected is null, "Only the processes of the matrix expect a certain tier.");
        Assert.Equal(expected, Simd.Tier.ToString());
    }
}
