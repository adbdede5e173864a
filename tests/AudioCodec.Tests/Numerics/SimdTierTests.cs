using System.Diagnostics;
using AudioCodec.Numerics;

namespace AudioCodec.Tests.Numerics;

/// <summary>
/// Runs the kernel tests and the tiny models again in processes that may use fewer instructions.
/// </summary>
public sealed class SimdTierTests
{
    private const string ExpectedTier = "AUDIOCODEC_EXPECTED_TIER";

    [SkippableTheory]
    [InlineData("DOTNET_EnableAVX512", "Vector256")]
    [InlineData("DOTNET_EnableAVX2", "Vector128")]
    [InlineData("DOTNET_EnableHWIntrinsic", "Scalar")]
    public void KernelsAndTinyModels_WithFewerInstructions_StillPass(string switchedOff, string expected)
    {
        Skip.If(Environment.GetEnvironmentVariable(ExpectedTier) is not null, "This is a process of the matrix itself.");
        Skip.If(Simd.Tier <= Enum.Parse<SimdTier>(expected), $"This machine has {Simd.Tier} only.");
        string assembly = typeof(SimdTierTests).Assembly.Location;
        ProcessStartInfo start = new("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "vstest", assembly, "--TestCaseFilter:" + string.Join("|",
                    $"FullyQualifiedName~{typeof(GemmTests).FullName}",
                    $"FullyQualifiedName~{typeof(ActivationTests).FullName}",
                    $"FullyQualifiedName~{typeof(TwoTapProductTests).FullName}",
                    $"FullyQualifiedName~{typeof(GroupNormTests).FullName}",
                    $"FullyQualifiedName~{nameof(Tier_IsTheExpectedOne)}",
                    "DisplayName~tiny"),
            },
        };
        start.Environment[switchedOff] = "0";
        start.Environment[ExpectedTier] = expected;
        using Process process = Process.Start(start)!; // never null without the shell
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output + errors.Result);
        Assert.Contains("Passed", output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Tier_IsTheExpectedOne()
    {
        string? expected = Environment.GetEnvironmentVariable(ExpectedTier);
        Skip.If(expected is null, "Only the processes of the matrix expect a certain tier.");
        Assert.Equal(expected, Simd.Tier.ToString());
    }
}
