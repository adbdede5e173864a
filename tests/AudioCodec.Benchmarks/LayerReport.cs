using System.Globalization;
using System.Text;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Seanet;
using AudioCodec.Numerics;

namespace AudioCodec.Benchmarks;

/// <summary>Times every layer of the full-size networks on one thread, beside what it computes and moves.</summary>
internal static unsafe class LayerReport
{
    // Chunks as the streaming coders give them.
    private const int Chunks = 4;
    private const int Repeats = 15;

    /// <summary>Prints the tables, and writes them below <paramref name="folder"/> if one is given.</summary>
    public static void Run(string? folder)
    {
        double peak = CodecReport.PeakGigaFlops();
        StringBuilder text = new();
        var tables = new List<Action<double>>();
        foreach (string name in new[] { "encodec_24khz", "encodec_48khz" })
        {
            EncodecConfig config = Workload.Config(name);
            int frames = config.Causal ? Chunks * BulkCoding.Frames : config.SegmentSamples!.Value / config.HopSamples; // what is not causal has segments
            int chunk = config.Causal ? BulkCoding.Frames : frames;
            float[] audio = Workload.Signal(config, (double)frames * config.HopSamples / config.SampleRateHz).Samples;
            float[] latents = Latents(frames * config.Dimension);
            tables.Add(Measure(text, $"{name}, encode", SeanetPlan.Encoder(config), config.Dimension, name, audio, chunk * config.HopSamples));
            tables.Add(Measure(text, $"{name}, decode", SeanetPlan.Decoder(config), config.Channels, name, latents, chunk));
            peak = Math.Max(peak, CodecReport.PeakGigaFlops()); // The machine may be faster at one time than at another.
        }

        text.AppendLine("# Time by layer").AppendLine();
        text.AppendLine(CodecReport.Machine());
        text.AppendLine(CultureInfo.InvariantCulture, $"Fastest matrix product measured in this run: {peak:F0} GFLOP/s on one thread (single precision).").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"One thread, best of many runs for each layer. 24 kHz: {Chunks * BulkCoding.Frames} frames in chunks of {BulkCoding.Frames}, as the streaming coders give them; 48 kHz: a segment of a second. GFLOP are those of the sums as they are written down (a two-tap product of a strided or transposed convolution does fewer); MB are input and output of every convolution, its weights once per chunk and those of the recurrence once per step. A layer's time includes the activation and normalization of its input. Made by `dotnet run -c Release --project tests/AudioCodec.Benchmarks -- --layers`.");
        tables.ForEach(table => table(peak));
        Console.Write(text);
        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "layers.md"), text.ToString());
        }
    }

    /// <summary>Times the layers; what is returned writes the table, given the peak.</summary>
    private static Action<double> Measure(StringBuilder text, string title, SeanetPlan plan, int outputColumns, string name, float[] input, int chunkRows)
    {
        var weights = SeanetWeights.Load(plan, Workload.Weights(name));
        LayerTimes layers = new(weights, outputColumns);
        int inputColumns = ((ConvLayer)plan.Layers[0]).InputChannels;
        int rows = input.Length / inputColumns;
        SeanetState network = new(weights, new Executor(1));
        RowBuffer output = new(outputColumns);
        double whole = double.PositiveInfinity;
        double[] best = layers.Run(input, chunkRows);
        for (int i = 0; i < Repeats; i++)
        {
            whole = Math.Min(whole, CodecReport.Best(1, () => Whole(network, input, inputColumns, chunkRows, output)));
            best = [.. layers.Run(input, chunkRows).Zip(best, Math.Min)];
        }

        return peak => Table(text, title, plan, rows, chunkRows, best, whole, peak);
    }

    private static void Table(StringBuilder text, string title, SeanetPlan plan, int rows, int chunkRows, double[] best, double whole, double peak)
    {
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {title}").AppendLine();
        text.AppendLine("| layer | what | GFLOP | MB | ms | GFLOP/s | % of peak | GB/s |").AppendLine("|---|---|---|---|---|---|---|---|");
        (double flops, double bytes) = (0, 0);
        int chunks = rows / chunkRows;
        foreach ((SeanetLayer layer, double seconds) in plan.Layers.Zip(best))
        {
            LayerWork work = LayerWork.Of(layer, rows, chunks);
            Row(text, layer.Name, What(layer), work.Flops, work.Bytes, seconds, peak);
            (rows, flops, bytes) = (work.OutputRows, flops + work.Flops, bytes + work.Bytes);
        }

        Row(text, "all", "sum of the layers", flops, bytes, best.Sum(), peak);
        Row(text, "all", "the network without clocks", flops, bytes, whole, peak);
    }

    private static void Row(StringBuilder text, string layer, string what, double flops, double bytes, double seconds, double peak) => text.AppendLine(
        CultureInfo.InvariantCulture,
        $"| {layer} | {what} | {flops * 1e-9:F3} | {bytes * 1e-6:F1} | {seconds * 1000:F2} | {flops * 1e-9 / seconds:F1} | {flops * 1e-7 / seconds / peak:F0} | {bytes * 1e-9 / seconds:F1} |");

    private static void Whole(SeanetState network, float[] input, int columns, int chunkRows, RowBuffer output)
    {
        network.Reset();
        output.Clear();
        fixed (float* samples = input)
        {
            for (int first = 0; first < input.Length; first += chunkRows * columns)
            {
                network.Process(samples + first, chunkRows, first + (chunkRows * columns) >= input.Length, output);
            }
        }
    }

    private static string What(SeanetLayer layer) => layer switch
    {
        ConvLayer conv => $"{(conv.Transposed ? "transposed " : "")}{conv.InputChannels} to {conv.OutputChannels}, kernel {conv.Kernel}, stride {conv.Stride}",
        ResidualLayer unit => $"residual {unit.Channels}, hidden {unit.Reduce.OutputChannels}, kernel {unit.Reduce.Kernel}, {(unit.Shortcut is null ? "identity" : "1x1")} shortcut",
        LstmLayer lstm => $"LSTM {lstm.Units}, {lstm.Layers} layers",
        _ => layer.GetType().Name,
    };

    private static float[] Latents(int count)
    {
        Random random = new(2);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }
}
