using System.Diagnostics;
using System.Globalization;
using System.Text;
using AudioCodec.Entropy;
using AudioCodec.Models;

namespace AudioCodec.Benchmarks;

/// <summary>Times the entropy model alone, the codec excluded, on one thread; and seeking.</summary>
internal static class LanguageModelReport
{
    private const int Repeats = 6;

    /// <summary>Prints the table, and writes it below <paramref name="folder"/> if one is given.</summary>
    public static void Run(string? folder)
    {
        StringBuilder text = new();
        text.AppendLine("# Speed of the entropy model").AppendLine();
        text.AppendLine(CodecReport.Machine()).AppendLine();
        text.AppendLine("Best of several runs over chunks of two seconds at 6 kbps, one thread, codec excluded; `x` is multiples of real time. Made by `dotnet run -c Release --project tests/AudioCodec.Benchmarks -- --report-lm`.").AppendLine();
        text.AppendLine("| model | LM encode | LM decode, one chunk | two in lock step | four in lock step | eight in lock step |").AppendLine("|---|---|---|---|---|---|");
        LanguageModelWorkload[] workloads = [LanguageModelWorkload.Encodec24Khz(8), LanguageModelWorkload.Encodec48Khz(8), LanguageModelWorkload.Bundled(ModelCatalogue.BundledCodec, 8)];
        foreach (LanguageModelWorkload work in workloads)
        {
            Row(text, work);
        }

        SeekReport.Append(text, workloads);

        Console.Write(text);
        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "entropy.md"), text.ToString());
        }
    }

    /// <summary>The runs of a row take turns, so that a disturbance does not hit one figure only.</summary>
    private static void Row(StringBuilder text, LanguageModelWorkload work)
    {
        EntropyChunkCoder[] coders = [.. new[] { 1, 2, 4, 8 }.Select(chunks => new EntropyChunkCoder(work.Model, chunks))];
        Action[] actions = [() => work.EncodeAll(coders[0]), .. coders.Select(coder => (Action)(() => work.DecodeAll(coder)))];
        var best = new double[actions.Length];
        for (int i = 0; i < Repeats * actions.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            actions[i % actions.Length]();
            double speed = work.Seconds / Stopwatch.GetElapsedTime(start).TotalSeconds;
            best[i % actions.Length] = Math.Max(best[i % actions.Length], speed);
        }

        text.AppendLine($"| {work.Config.Name} | {string.Join(" | ", best.Select(speed => speed.ToString("F1", CultureInfo.InvariantCulture) + " x"))} |");
    }
}
