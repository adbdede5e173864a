using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using AudioCodec.Bitstream;
using AudioCodec.Entropy;
using AudioCodec.Tests.Bitstream;

namespace AudioCodec.Tests.Entropy;

/// <summary>The promise that a file decodes anywhere: the same bits from every machine that runs these tests.</summary>
public sealed class ExactnessTests
{
    /// <summary>SHA-256 of the integer tables of the tiny formula model over 64 steps of seeded codes; the same on every machine.</summary>
    private const string TinyTables = "48e8e7e5de7ec99206c83e6ff8bf1fb99231dbb9b6a1efc1c0db43f483fee941";

    /// <summary>The same for the official 24 kHz architecture with formula weights, 12 steps of 8 codebooks.</summary>
    private const string FullTables = "c4b36d6d7d13639f05be35be523f5928a17de175ebdce282ef4e94e1b2092c23";

    /// <summary>Name of the environment variable that makes a child process run the probe only.</summary>
    private const string ProbeVariable = "AUDIOCODEC_EXACTNESS_PROBE";

    [Fact]
    public void Tables_OfAFixedModelAndCodes_HaveTheCommittedHash()
    {
        foreach (ExactKernels kernels in ExactKernels.All)
        {
            AssertHash(TinyTables, HashTables(FormulaModels.Tiny, 4, 64, kernels));
        }

        AssertHash(FullTables, HashTables(FormulaModels.Full24, 8, 12, ExactKernels.Best));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("DOTNET_EnableAVX512=0", 8)]
    [InlineData("DOTNET_EnableAVX2=0", 4)]
    [InlineData("DOTNET_EnableHWIntrinsic=0", 1)]
    [InlineData("DOTNET_PROCESSOR_COUNT=1", 0)]
    [InlineData("DOTNET_PROCESSOR_COUNT=2", 0)]
    public void Encode_UnderEachInstructionSet_GivesTheSameBytesAndDecodesTheOthers(string setting, int widestExpected)
    {
        string folder = Directory.CreateTempSubdirectory("exactness").FullName;
        try
        {
            byte[] here = Probe();
            using EcdcV1Reader file = EcdcV1Samples.Open(here);
            Assert.InRange(file.CodebookBits.Sum(), 1, (file.Frames * 3 * 5) - 1); // The language model is in play.
            File.WriteAllBytes(Path.Combine(folder, "here.ecdc"), here);
            string report = RunChild(setting, folder);
            Assert.Equal(Convert.ToHexString(SHA256.HashData(here)), Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, "there.ecdc")))));
            int width = int.Parse(report);
            bool x64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;
            Assert.True(!x64 || (widestExpected == 0 ? width == ExactKernels.Best.Width : width <= widestExpected), $"width {width} under {setting}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Runs in the child process; does nothing in an ordinary run but check its own environment.</summary>
    [Fact]
    public void Probe_InChildProcess_EncodesAndDecodes()
    {
        if (Environment.GetEnvironmentVariable(ProbeVariable) is not { } folder)
        {
            Assert.Equal(
                Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : Vector128.IsHardwareAccelerated ? 4 : 1,
                ExactKernels.Best.Width);
            return;
        }

        byte[] foreign = File.ReadAllBytes(Path.Combine(folder, "here.ecdc"));
        Assert.True(EcdcStreams.Verify(foreign, EcdcV1Samples.Coder()).IsSound);
        using EcdcV1Reader reader = EcdcV1Samples.Open(foreign);
        Assert.Equal(
            EcdcV1Samples.Segments(EcdcV1Samples.Segmented, 1603, 7, true).SelectMany(s => s.Codes),
            EcdcV1Samples.ReadAll(reader.OpenStretch(0)).SelectMany(s => s.Codes));
        AssertHash(FullTables, HashTables(FormulaModels.Full24, 8, 12, ExactKernels.Best));
        File.WriteAllBytes(Path.Combine(folder, "there.ecdc"), Probe());
        File.WriteAllText(Path.Combine(folder, "width"), ExactKernels.Best.Width.ToString());
    }

    [Fact]
    public void Encode_OnTwoThreadsAtOnce_GivesTheSameBytes()
    {
        byte[] expected = Probe();
        var results = new byte[4][];
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i => results[i] = Probe());
        Assert.All(results, r => Assert.Equal(expected, r));
    }

    private static void AssertHash(string expected, string actual) =>
        Assert.True(expected == actual, $"This machine computes other tables: {actual}, not {expected}.");

    /// <summary>A file of the tiny segmented model.</summary>
    private static byte[] Probe() => EcdcV1Samples.Write(segmented: true, lm: true, 1603, 7, chunkSeconds: 0.05, likely: true);

    private static string RunChild(string setting, string folder)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in new[]
        {
            "vstest", typeof(ExactnessTests).Assembly.Location, $"--TestCaseFilter:FullyQualifiedName={typeof(ExactnessTests).FullName}.{nameof(Probe_InChildProcess_EncodesAndDecodes)}",
        })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[ProbeVariable] = folder;
        if (setting.Length > 0)
        {
            start.Environment[setting.Split('=')[0]] = setting.Split('=')[1];
        }

        using Process child = Process.Start(start) ?? throw new InvalidOperationException("dotnet does not start.");
        Task<string> errors = child.StandardError.ReadToEndAsync();
        string output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        Assert.True(child.ExitCode == 0, $"{setting}: {output}{errors.Result}");
        return File.ReadAllText(Path.Combine(folder, "width"));
    }

    private static string HashTables(EntropyModel model, int codebooks, int steps, ExactKernels kernels)
    {
        var state = new EntropyState(model, 1, steps, kernels);
        var table = new FrequencyTable(model.Config.CodebookSize, kernels);
        ushort[] codes = FormulaModels.RandomCodes(steps, codebooks, model.Config.CodebookSize, 1);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int step = 0; step < steps; step++)
        {
            state.Advance([0], codes.AsSpan(Math.Max(0, step - 1) * codebooks, codebooks), codebooks);
            for (int k = 0; k < codebooks; k++)
            {
                hash.AppendData(MemoryMarshal.AsBytes(table.Build(state.Logits(1, k))));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
