using System.Globalization;
using System.Text;
using AudioCodec.Audio;
using AudioCodec.Codecs;
using AudioCodec.Models;

namespace AudioCodec.Benchmarks;

/// <summary>Times encoding with residual searches of several widths.</summary>
internal static class SearchReport
{
    private const double Seconds = 2;

    /// <summary>Prints the table, and writes it below <paramref name="folder"/> if one is given.</summary>
    public static void Run(string? folder)
    {
        int[] widths = [1, 2, 4, 8, 16, 32];
        StringBuilder text = new();
        text.AppendLine("# Speed of encoding by the width of the residual search").AppendLine();
        text.AppendLine(CodecReport.Machine()).AppendLine();
        text.AppendLine("Multiples of real time on one thread, best of many runs of two seconds of audio. Width 1 is the greedy search. Made by `dotnet run -c Release --project tests/AudioCodec.Benchmarks -- --report-search`.").AppendLine();
        text.Append("| model | kbit/s |").AppendJoin("", widths.Select(width => $" {width} |")).AppendLine();
        text.Append("|---|---|").AppendJoin("", widths.Select(_ => "---|")).AppendLine();
        using Codec bundled = Codec.Load(ModelCatalogue.BundledCodec);
        using Codec small = Codec.Load(ModelCatalogue.SmallCodec);
        foreach (ICodecEngine model in new[] { bundled.Engine, small.Engine, Workload.Model("encodec_24khz") })
        {
            AudioBuffer audio = Workload.Signal(model.Config, Seconds);
            foreach (double kbps in new double[] { 6, 24 })
            {
                text.Append(CultureInfo.InvariantCulture, $"| {model.Config.Name} | {kbps} |");
                foreach (int width in widths)
                {
                    double speed = Seconds / CodecReport.Best(12, () => model.Encode(audio, kbps, 1, width));
                    text.Append(CultureInfo.InvariantCulture, $" {speed:F1} x |");
                }

                text.AppendLine();
            }
        }

        Console.Write(text);
        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "search.md"), text.ToString());
        }
    }
}
