using System.Diagnostics;
using AudioCodec.Fuzzing;

namespace AudioCodec.Benchmarks;

/// <summary>Gives all parsers many damaged files and writes what came of it.</summary>
internal static class FuzzReport
{
    /// <summary>Runs on one core.</summary>
    /// <param name="inputs">Files in all.</param>
    /// <param name="first">Number of each parser's first; another one gives other files.</param>
    /// <returns>How many failures there were.</returns>
    public static int Run(long inputs, long first)
    {
        int failures = 0;
        long perTarget = inputs / FuzzTargets.All.Count;
        Console.WriteLine("| parser | inputs | refused | slowest | µs per input | failures |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (FuzzTarget target in FuzzTargets.All)
        {
            long start = Stopwatch.GetTimestamp();
            Fuzzer.Result result = Fuzzer.Run(target, perTarget, TimeSpan.FromSeconds(2), first);
            double microseconds = Stopwatch.GetElapsedTime(start).TotalMicroseconds / Math.Max(1, perTarget);
            Console.WriteLine($"| {result.Name} | {result.Inputs} | {result.Refused} | {result.Slowest.TotalMilliseconds:F0} ms | {microseconds:F0} | {result.Failures.Count} |");
            foreach (string failure in result.Failures.Take(3))
            {
                Console.Error.WriteLine($"{result.Name}: {failure}");
            }

            failures += result.Failures.Count;
        }

        return failures;
    }
}
