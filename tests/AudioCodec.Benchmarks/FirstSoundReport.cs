using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace AudioCodec.Benchmarks;

/// <summary>Times the shipped generator from its start to the first sound, and to two seconds of sound.</summary>
internal static class FirstSoundReport
{
    private const int Runs = 8;
    private static readonly GenerationOptions s_options = new() { Duration = TimeSpan.FromSeconds(2), Seed = 1 };

    /// <summary>Prints the table, and writes it below <paramref name="folder"/> if one is given.</summary>
    /// <param name="program">The published <c>audiocodec</c>.</param>
    /// <param name="folder">Where to, or <see langword="null"/>.</param>
    public static void Run(string program, string? folder)
    {
        StringBuilder text = new();
        text.AppendLine("# Time to the first sound").AppendLine();
        text.AppendLine(CodecReport.Machine()).AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"The shipped generator, two seconds of sound with guidance, best and median of {Runs} runs, in seconds. The program is `audiocodec generate rain -d 2 -o -`, from the start of the process, models loaded anew, to the first bytes and to the end of the process. The library: `Generator.Load`; then from the call of `GenerateAsync` to its first block, and to its end. Made by `dotnet run -c Release --project tests/AudioCodec.Benchmarks -- --first-sound PROGRAM FOLDER`.").AppendLine();
        text.AppendLine("| what | threads | to load | to the first sound | to the end |").AppendLine("|---|---|---|---|---|");
        foreach (int threads in new[] { 1, 2 })
        {
            Row(text, "program", threads, Repeat(() => OfProgram(program, threads)));
            Row(text, "library, loaded", threads, Repeat(() => OfLibrary(threads)));
        }

        Console.Write(text);
        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "first-sound.md"), text.ToString());
        }
    }

    private static double[][] Repeat(Func<double[]> run) => [.. Enumerable.Range(0, Runs).Select(_ => run())];

    private static void Row(StringBuilder text, string what, int threads, double[][] runs)
    {
        string Column(int i)
        {
            double[] sorted = [.. runs.Select(run => run[i]).Order()];
            return double.IsNaN(sorted[0]) ? "in it" : string.Create(CultureInfo.InvariantCulture, $"{sorted[0]:F2}, {sorted[sorted.Length / 2]:F2}");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"| {what} | {threads} | {Column(0)} | {Column(1)} | {Column(2)} |");
    }

    private static double[] OfProgram(string program, int threads)
    {
        long start = Stopwatch.GetTimestamp();
        ProcessStartInfo info = new(program, ["generate", "rain", "-d", "2", "-o", "-", "--seed", "1", "--threads", $"{threads}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(info)!; // a new process: UseShellExecute is off
        process.BeginErrorReadLine();
        var bytes = new byte[4096];
        double first = 0;
        for (int read, all = 0; (read = process.StandardOutput.BaseStream.Read(bytes)) > 0;)
        {
            // The header of the file is no sound.
            all += read;
            first = first == 0 && all > 1000 ? Stopwatch.GetElapsedTime(start).TotalSeconds : first;
        }

        process.WaitForExit();
        return process.ExitCode == 0
            ? [double.NaN, first, Stopwatch.GetElapsedTime(start).TotalSeconds]
            : throw new InvalidOperationException($"{program} failed with {process.ExitCode}.");
    }

    private static double[] OfLibrary(int threads)
    {
        long start = Stopwatch.GetTimestamp();
        using Generator generator = Generator.Load(null, new GeneratorOptions { Threads = threads });
        double loaded = Stopwatch.GetElapsedTime(start).TotalSeconds;
        start = Stopwatch.GetTimestamp();
        double first = 0;
        foreach (var _ in generator.GenerateAsync("rain", s_options).ToBlockingEnumerable())
        {
            first = first == 0 ? Stopwatch.GetElapsedTime(start).TotalSeconds : first;
        }

        return [loaded, first, Stopwatch.GetElapsedTime(start).TotalSeconds];
    }
}
