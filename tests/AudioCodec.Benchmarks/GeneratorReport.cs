using System.Diagnostics;
using System.Globalization;
using System.Text;
using AudioCodec.Generation.Transformer;
using AudioCodec.Numerics;

namespace AudioCodec.Benchmarks;

/// <summary>Times the steps of a generator beside the memory's bandwidth, which limits them.</summary>
internal static class GeneratorReport
{
    private const int Capacity = 500;
    private const int Rounds = 100;

    /// <summary>Prints the table, and writes it below <paramref name="folder"/> if one is given.</summary>
    public static void Run(string? folder)
    {
        TokenModelConfig config = GeneratorWorkload.Small;
        double weights = GeneratorWorkload.WeightsPerStep(config);
        StringBuilder text = new();
        text.AppendLine("# Speed of a generator").AppendLine();
        text.AppendLine(CodecReport.Machine()).AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"The size of musicgen-small (24 layers, width 1024, {weights / 1e6:F0} M weights read per step) with random weights, two rows (guidance), steps 2 to {Rounds + 1}; one step is 20 ms of audio in 4 codebooks. Bandwidth: plain reading of a buffer of 400 MB, as many bytes as a step reads, in turns with the steps. Share: bytes of weights per step x steps per second / bandwidth; its median is that over each step and the reading before it. Made by `dotnet run -c Release --project tests/AudioCodec.Benchmarks -- --generator`.").AppendLine();
        text.AppendLine("| weights | threads | steps/s, best | median | bandwidth GB/s, best | median | share, best | median | B allocated per step |").AppendLine("|---|---|---|---|---|---|---|---|---|");
        MemoryBandwidth memory = new();
        foreach (WeightFormat format in new[] { WeightFormat.F16, WeightFormat.I8, WeightFormat.BF16, WeightFormat.F32 })
        {
            TokenModel model = GeneratorWorkload.Load(config, format);
            foreach (int threads in new[] { 1, 2 })
            {
                Row(text, model, memory, format, threads, weights * GeneratorWorkload.BytesOf(format));
            }
        }

        Write(text, folder, "generator.md");
    }

    /// <summary>Measures a model of audiogen-medium's size with int8 weights: time to load, steps per second, and the process's peak.</summary>
    public static void RunMedium(string? folder)
    {
        TokenModelConfig config = GeneratorWorkload.Medium;
        long start = Stopwatch.GetTimestamp();
        TokenModel model = GeneratorWorkload.Load(config, WeightFormat.I8);
        double loaded = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double peak = PeakMegabytes();
        ITokenBatch batch = model.Open([GeneratorWorkload.Text(config), null], Capacity, Environment.ProcessorCount);
        int[] tokens = GeneratorWorkload.Step(config);
        var logits = new float[2 * config.Codebooks * config.CodebookSize];
        start = Stopwatch.GetTimestamp();
        for (int step = 0; step < Capacity; step++)
        {
            batch.Advance(tokens, logits);
        }

        double rate = Capacity / Stopwatch.GetElapsedTime(start).TotalSeconds;
        StringBuilder text = new();
        text.AppendLine("# Memory of a large generator").AppendLine();
        text.AppendLine(CodecReport.Machine()).AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"The size of audiogen-medium (48 layers, width 1536, 1,839 million parameters), int8, random weights, two rows (guidance), room for {Capacity} steps (10 s of audio), text encoder and codec excluded. Peak: the kernel's own count of resident memory (VmHWM), 1 MB is 10^6 bytes. Made by `dotnet run -c Release --project tests/AudioCodec.Benchmarks -- --generator medium`.").AppendLine();
        text.AppendLine("| to load, s | peak while loading, MB | steps/s | peak after all steps, MB |").AppendLine("|---|---|---|---|");
        text.AppendLine(CultureInfo.InvariantCulture, $"| {loaded:F0} | {peak:F0} | {rate:F1} | {PeakMegabytes():F0} |");
        Write(text, folder, "generator-medium.md");
    }

    private static void Write(StringBuilder text, string? folder, string file)
    {
        Console.Write(text);
        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, file), text.ToString());
        }
    }

    /// <summary>Steps and pieces of memory take turns, so that a disturbance does not hit one figure only.</summary>
    private static void Row(StringBuilder text, TokenModel model, MemoryBandwidth memory, WeightFormat format, int threads, double bytes)
    {
        TokenModelConfig config = model.Config;
        using ITokenBatch batch = model.Open([GeneratorWorkload.Text(config), null], Capacity, threads);
        Executor executor = new(threads);
        int[] tokens = GeneratorWorkload.Step(config);
        var logits = new float[2 * config.Codebooks * config.CodebookSize];
        List<double> steps = [];
        List<double> reads = [];
        List<double> shares = [];
        batch.Advance(tokens, logits);
        long allocated = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            double read = memory.Read(executor, bytes);
            reads.Add(read / Stopwatch.GetElapsedTime(start).TotalSeconds);
            long before = GC.GetAllocatedBytesForCurrentThread();
            start = Stopwatch.GetTimestamp();
            batch.Advance(tokens, logits);
            steps.Add(1 / Stopwatch.GetElapsedTime(start).TotalSeconds);
            shares.Add(steps[^1] * bytes / reads[^1]);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        steps.Sort();
        reads.Sort();
        shares.Sort();
        (double best, double median) = (steps[^1], steps[steps.Count / 2]);
        (double bestRead, double medianRead) = (reads[^1], reads[reads.Count / 2]);
        text.AppendLine(CultureInfo.InvariantCulture, $"| {format} | {threads} | {best:F1} | {median:F1} | {bestRead / 1e9:F1} | {medianRead / 1e9:F1} | {best * bytes / bestRead:P0} | {shares[shares.Count / 2]:P0} | {allocated} |");
        Console.Error.WriteLine(text.ToString().TrimEnd().Split('\n')[^1]);
    }

    private static double PeakMegabytes()
    {
        string? line = File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6;
    }
}
