using System.Diagnostics;
using System.Globalization;
using System.Text;
using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Models;
using AudioCodec.TestSupport;

namespace AudioCodec.Benchmarks;

/// <summary>Measures the peak memory of the published program over long files, with full-size models of formula weights.</summary>
/// <remarks>The peak is the kernel's own count of resident memory (VmHWM of the process), so Linux only.</remarks>
internal static class MemoryReport
{
    private const int Seed = 1;

    /// <summary>Compresses and decompresses pieces of the given lengths and prints the table.</summary>
    /// <param name="program">The published <c>audiocodec</c>.</param>
    /// <param name="minutes">Lengths.</param>
    public static void Run(string program, IReadOnlyList<double> minutes)
    {
        string folder = Directory.CreateTempSubdirectory("audiocodec-memory-").FullName;
        try
        {
            Console.WriteLine($"# Memory of long files\n\n{CodecReport.Machine()}\n");
            Console.WriteLine("Peak resident memory (VmHWM) of the published program with one thread, at 6 kbit/s; 1 MB is 10^6 bytes. The speeds are those of the whole");
            Console.WriteLine("program, beside whatever else the machine did. Made by `dotnet run -c Release --project tests/AudioCodec.Benchmarks -- --memory PROGRAM MINUTES...`.\n");
            Console.WriteLine("| model | minutes of audio | compress, peak MB | decompress, peak MB | compress | decompress |");
            Console.WriteLine("|---|---|---|---|---|---|");
            foreach (EncodecConfig config in new[] { EncodecConfig.Encodec24Khz, EncodecConfig.Encodec48Khz })
            {
                string model = WriteModel(folder, config);
                foreach (double length in minutes)
                {
                    Console.WriteLine(Row(program, folder, model, config, length));
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string WriteModel(string folder, EncodecConfig config)
    {
        string path = Path.Combine(folder, config.Name);
        StateDict weights = config.Channels == 1 ? FormulaWeights.Encodec24Khz() : FormulaWeights.Encodec48Khz();
        CheckpointFolder.SaveCodec(path, config, weights, CheckpointStatus.Preview, TensorType.F32);
        return path;
    }

    private static string Row(string program, string folder, string model, EncodecConfig config, double minutes)
    {
        string wav = Path.Combine(folder, "in.wav");
        string ecdc = Path.Combine(folder, "out.ecdc");
        WriteAudio(wav, config, (long)(minutes * 60 * config.SampleRateHz));
        string[] common = ["--checkpoint", model, "--threads", "1", "--force"];
        (double compressPeak, double compressTime) = Measure(program, ["compress", wav, "-o", ecdc, "-b", "6", .. common]);
        (double decompressPeak, double decompressTime) = Measure(program, ["decompress", ecdc, "-o", wav, .. common]);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {config.Name} | {minutes:0.##} | {compressPeak:F0} | {decompressPeak:F0} | {minutes * 60 / compressTime:F1} x | {minutes * 60 / decompressTime:F1} x |");
    }

    private static void WriteAudio(string path, EncodecConfig config, long samples)
    {
        Random random = new(Seed);
        using FileStream file = File.Create(path);
        using WavWriter writer = new(file, config.SampleRateHz, config.Channels, PcmEncoding.S16, samples);
        var block = new float[config.SampleRateHz * config.Channels];
        for (long left = samples; left > 0;)
        {
            int count = (int)Math.Min(left, config.SampleRateHz);
            for (int i = 0; i < count * config.Channels; i++)
            {
                block[i] = (0.3f * MathF.Sin(i * 0.05f)) + (0.2f * (random.NextSingle() - 0.5f));
            }

            writer.Write(block.AsSpan(0, count * config.Channels));
            left -= count;
        }

        writer.Complete();
    }

    /// <summary>Peak resident memory in megabytes and seconds of wall time of a run that must succeed.</summary>
    private static (double PeakMegabytes, double Seconds) Measure(string program, IEnumerable<string> arguments)
    {
        long start = Stopwatch.GetTimestamp();
        ProcessStartInfo info = new(program, arguments) { RedirectStandardError = true };
        using Process process = Process.Start(info)!; // a new process: UseShellExecute is off
        StringBuilder messages = new();
        process.ErrorDataReceived += (_, line) => messages.AppendLine(line.Data);
        process.BeginErrorReadLine();
        long peak = 0;
        while (!process.WaitForExit(20))
        {
            peak = Math.Max(peak, PeakKilobytes(process.Id));
        }

        process.WaitForExit();
        return process.ExitCode == 0
            ? (peak * 1024 / 1e6, Stopwatch.GetElapsedTime(start).TotalSeconds)
            : throw new InvalidOperationException($"{program} failed: {messages}");
    }

    private static long PeakKilobytes(int id)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // it has ended
        }
    }
}
