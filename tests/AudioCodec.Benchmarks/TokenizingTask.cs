using System.Diagnostics;
using System.Globalization;

namespace AudioCodec.Benchmarks;

/// <summary>What a row of the report is compared with.</summary>
internal enum TokenizingKind
{
    /// <summary>Files to samples.</summary>
    Reading,

    /// <summary>Samples to codes: what the others are measured by.</summary>
    Encoder,

    /// <summary>Files to codes.</summary>
    Pipeline,
}

/// <summary>One way through the recordings.</summary>
/// <param name="Kind">What it is compared with.</param>
/// <param name="Name">The row's name.</param>
/// <param name="FilesAtOnce">Recordings that it works on at once.</param>
/// <param name="Run">Goes through all of them.</param>
internal sealed record TokenizingTask(TokenizingKind Kind, string Name, int FilesAtOnce, Action Run)
{
    private const double TicksPerSecond = 100; // of every Linux kernel, as programs see it

    /// <summary>Seconds and processor seconds of one run, with those of the programs that it starts.</summary>
    public (double Seconds, double Processor) Time()
    {
        GC.Collect();
        double before = Processor();
        long start = Stopwatch.GetTimestamp();
        Run();
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, Processor() - before);
    }

    /// <summary>Processor seconds of this process and of those that it started and that have ended; NaN where only Linux would tell.</summary>
    private static double Processor()
    {
        const string Facts = "/proc/self/stat";
        if (!File.Exists(Facts))
        {
            return double.NaN;
        }

        // Behind the name, which may hold anything, the fields from the third on: cutime and cstime are the 16th and 17th.
        string line = File.ReadAllText(Facts);
        string[] fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
        double children = (double.Parse(fields[13], CultureInfo.InvariantCulture) + double.Parse(fields[14], CultureInfo.InvariantCulture)) / TicksPerSecond;
        return Environment.CpuUsage.TotalTime.TotalSeconds + children;
    }
}
