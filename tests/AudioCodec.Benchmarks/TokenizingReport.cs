using System.Globalization;
using System.Text;
using AudioCodec.Models;

namespace AudioCodec.Benchmarks;

/// <summary>Times what turns a folder of audio into codes, from reading to the whole program, in turns.</summary>
internal static class TokenizingReport
{
    private const int Turns = 3;

    /// <summary>Prints the tables, and writes them below <paramref name="folder"/> if one is given.</summary>
    /// <param name="program">The published <c>audiocodec</c>.</param>
    /// <param name="audio">Folder of recordings.</param>
    /// <param name="folder">Where to, or <see langword="null"/>.</param>
    /// <param name="seconds">How much of the folder is used.</param>
    public static void Run(string program, string audio, string? folder, double seconds)
    {
        using var work = new TokenizingWork(program, audio, seconds);
        string before = CodecReport.Load();
        StringBuilder tables = new();
        foreach (string model in new[] { ModelCatalogue.BundledCodec, ModelCatalogue.SmallCodec })
        {
            using Codec codec = Codec.Load(model);
            TokenizingTask[] tasks = [.. work.Tasks(codec)];
            (double Seconds, double Processor)[][] runs = Time(tasks);
            tables.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {model}").AppendLine();
            tables.AppendLine("| what | files at once | speed | gain by the second | processor time | share of the encoder |").AppendLine("|---|---|---|---|---|---|");
            for (int i = 0; i < tasks.Length; i++)
            {
                tables.AppendLine(Row(tasks, runs, i, work.Seconds));
            }
        }

        StringBuilder text = new();
        text.AppendLine("# From a folder of audio to codes").AppendLine();
        text.AppendLine(CodecReport.Machine());
        text.AppendLine(CultureInfo.InvariantCulture, $"Processes that wanted to run, mean of the last minute: {before} before, {CodecReport.Load()} after. With more than one per core before, what works on two files at once was disturbed.").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{work.Files} recordings as FLAC, {work.Seconds:F0} s, {work.LongestSeconds:F0} s the longest, at 6 kbps. Multiples of real time, best of {Turns} runs and in brackets the median; the rows of a model take turns. Processor time is that of the same runs' least, in milliseconds for a second of audio: other work on the machine lengthens it less. The share is that of the encoder alone with as many files at once. A program's time begins with its start, models loaded anew. Made by `dotnet run -c Release --project tests/AudioCodec.Benchmarks -- --tokenize PROGRAM AUDIO FOLDER {seconds:0}`.");
        text.Append(tables);
        Console.Write(text);
        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "tokenizing.md"), text.ToString());
        }
    }

    private static string Row(TokenizingTask[] tasks, (double Seconds, double Processor)[][] runs, int row, double seconds)
    {
        TokenizingTask task = tasks[row];
        double[] times = [.. runs[row].Select(run => run.Seconds).Order()];
        double processor = runs[row].Min(run => run.Processor) * 1000 / seconds;
        double Best(Predicate<TokenizingTask> which) => Array.FindIndex(tasks, which) is >= 0 and int found ? runs[found].Min(run => run.Seconds) : double.NaN;
        double alone = Best(other => other.Name == task.Name && other.FilesAtOnce == 1 && task.FilesAtOnce == 2);
        double encoder = Best(other => other.Kind == TokenizingKind.Encoder && other.FilesAtOnce == task.FilesAtOnce && task.Kind != TokenizingKind.Reading);
        return string.Create(CultureInfo.InvariantCulture, $"| {task.Name} | {task.FilesAtOnce} | {seconds / times[0]:F1} x ({seconds / times[times.Length / 2]:F1}) |")
            + (double.IsNaN(alone) ? " |" : string.Create(CultureInfo.InvariantCulture, $" {alone / times[0]:F2} |"))
            + (double.IsNaN(processor) ? " |" : string.Create(CultureInfo.InvariantCulture, $" {processor:F2} ms |"))
            + (double.IsNaN(encoder) ? " |" : string.Create(CultureInfo.InvariantCulture, $" {100 * encoder / times[0]:F0} % |"));
    }

    private static (double Seconds, double Processor)[][] Time(TokenizingTask[] tasks)
    {
        List<(double, double)>[] runs = [.. tasks.Select(_ => new List<(double, double)>())];
        for (int turn = 0; turn < Turns; turn++)
        {
            for (int i = 0; i < tasks.Length; i++)
            {
                int task = (turn + i) % tasks.Length;
                runs[task].Add(tasks[task].Time());
                Console.Error.WriteLine($"{tasks[task].Name}, {tasks[task].FilesAtOnce}: {runs[task][^1]}"); // a sign of life
            }
        }

        return [.. runs.Select(its => its.ToArray())];
    }
}
