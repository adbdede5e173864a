using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using AudioCodec.Audio;
using AudioCodec.Codecs;
using AudioCodec.Numerics;
using AudioCodec.Numerics.Vectors;

namespace AudioCodec.Benchmarks;

/// <summary>Times the codec itself in a minute and writes the table that the README cites.</summary>
/// <remarks>Each figure is the best of many short runs, so that other work on the machine disturbs it least.</remarks>
internal static class CodecReport
{
    private const double Seconds = 2;

    /// <summary>Prints the table, and writes it below <paramref name="folder"/> if one is given.</summary>
    public static void Run(string? folder)
    {
        double peak = PeakGigaFlops();
        StringBuilder text = new();
        text.AppendLine("# Codec speed").AppendLine();
        text.AppendLine(Machine());
        text.AppendLine(CultureInfo.InvariantCulture, $"Fastest matrix product measured in this run: {peak:F0} GFLOP/s on one thread (single precision).").AppendLine();
        text.AppendLine("Best of many runs of two seconds of audio at 6 kbps; `x` is multiples of real time. Made by `dotnet run -c Release --project tests/AudioCodec.Benchmarks -- --report`.").AppendLine();
        text.AppendLine("| model | what | 1 thread | 2 threads | gain |").AppendLine("|---|---|---|---|---|");
        foreach (string name in new[] { "encodec_24khz", "encodec_48khz" })
        {
            EncodecModel model = Workload.Model(name);
            AudioBuffer audio = Workload.Signal(model.Config, Seconds);
            EncodedAudio encoded = model.Encode(audio, 6);
            Row(text, name, "encode", threads => model.Encode(audio, 6, threads));
            Row(text, name, "decode", threads => model.Decode(encoded, threads));
        }

        text.AppendLine().AppendLine("| one hop (13.3 ms) at 24 kHz, one thread | ms | B allocated |").AppendLine("|---|---|---|");
        Streaming(text);
        text.AppendLine().AppendLine("Reference for comparison, measured earlier on a machine of 280 GFLOP/s per core, not in this run: PyTorch 1.13 with OpenBLAS, one thread, 24 kHz: encode 10 x, decode 8.5 x; with the entropy model compress 2.8 x, decompress 2.7 x.");
        Console.Write(text);
        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "codec.md"), text.ToString());
        }
    }

    /// <summary>GFLOP/s of the fastest matrix product that this machine shows, one thread.</summary>
    public static double PeakGigaFlops() => GemmBenchmarks.Shapes().Max(GigaFlops);

    /// <summary>The machine in words.</summary>
    public static string Machine() =>
        $"{Processor()}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, {Simd.Tier}.";

    /// <summary>Processes that wanted to run, mean of the last minute, where the system tells.</summary>
    public static string Load()
    {
        const string Facts = "/proc/loadavg";
        return File.Exists(Facts) ? File.ReadAllText(Facts).Split(' ')[0] : "unknown";
    }

    private static void Row(StringBuilder text, string model, string what, Action<int> action)
    {
        double one = Seconds / Best(12, () => action(1));
        double two = Seconds / Best(12, () => action(2));
        text.AppendLine(CultureInfo.InvariantCulture, $"| {model} | {what} | {one:F1} x | {two:F1} x | {two / one:F2} |");
    }

    private static void Streaming(StringBuilder text)
    {
        StreamingBenchmarks hops = new();
        hops.Setup();
        foreach ((string name, Action action) in new (string, Action)[] { ("encode", hops.EncodeHop), ("decode", hops.DecodeHop) })
        {
            double best = Best(300, action);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                action();
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {best * 1000:F2} | {allocated / 100.0:F0} |");
        }
    }

    private static double GigaFlops(GemmShape shape)
    {
        (AlignedArray a, PackedMatrix b, AlignedArray c) = GemmBenchmarks.Make(shape);
        return 2e-9 * shape.Rows * shape.Depth * shape.Columns / Best(100, () => GemmBenchmarks.Run(shape, a, b, c));
    }

    /// <summary>Shortest time of several runs, seconds.</summary>
    public static double Best(int repeats, Action action)
    {
        action();
        double best = double.PositiveInfinity;
        for (int i = 0; i < repeats; i++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }

    private static string Processor()
    {
        const string Facts = "/proc/cpuinfo";
        string? line = File.Exists(Facts) ? File.ReadLines(Facts).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..];
    }
}
