using AudioCodec.Fuzzing;

namespace AudioCodec.Tests;

/// <summary>A few damaged files for each parser; <c>dotnet run --project tests/AudioCodec.Benchmarks -- --fuzz 1000000</c> tries many.</summary>
public sealed class FuzzTests
{
    public static TheoryData<string> Names => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Parse_DamagedFiles_GivesTypedErrorsOnly(string name)
    {
        Fuzzer.Result result = Fuzzer.Run(FuzzTargets.All.Single(target => target.Name == name), 200, TimeSpan.FromSeconds(5));

        Assert.Empty(result.Failures);
        Assert.InRange(result.Refused, 1, result.Inputs);
    }
}
