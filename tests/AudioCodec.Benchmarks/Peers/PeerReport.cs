using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using System.Text;

namespace AudioCodec.Benchmarks.Peers;

/// <summary>Times the same networks on the managed engine, libtorch and ONNX Runtime, in turns, after comparing what they give.</summary>
internal static class PeerReport
{
    private const int Turns = 5;
    private const int RunsPerTurn = 2;

    // Greatest difference of outputs, as a share of their peak. The engines sum in other orders.
    private const double Tolerance = 1e-3;

    // In this time idle threads of any engine have stopped looking for work.
    private static readonly TimeSpan s_rest = TimeSpan.FromMilliseconds(20);

    /// <summary>Prints the table, and writes it below <paramref name="folder"/> if one is given.</summary>
    /// <param name="folder">The folder, or <see langword="null"/>.</param>
    /// <param name="seconds">Length of the audio of models without segments.</param>
    /// <exception cref="InvalidOperationException">An engine gives something else than the managed one.</exception>
    public static void Run(string? folder, double seconds)
    {
        string before = CodecReport.Load();
        PeerEngine[] engines = [.. new[] { PeerEngine.Managed, PeerEngine.Torch, PeerEngine.Onnx }.Select(PeerEngine.Find)];
        StringBuilder rows = new();
        double difference = 0;
        foreach (string model in PeerTask.Models)
        {
            (PeerTask encode, PeerTask decode) = PeerTask.Load(model, seconds);
            foreach ((string direction, PeerTask task) in new[] { ("encode", encode), ("decode", decode) })
            {
                foreach (int threads in new[] { 1, 2 })
                {
                    IPeer?[] peers = [.. engines.Select(engine => engine.Open?.Invoke(task, threads))];
                    difference = Math.Max(difference, Check(engines, peers, $"{model}, {direction}"));
                    string row = Row($"{model} | {direction} | {threads}", task.Seconds, Time(peers));
                    Console.Error.WriteLine(row); // a sign of life
                    rows.AppendLine(row);
                    foreach (IPeer? peer in peers)
                    {
                        peer?.Dispose();
                    }
                }
            }
        }

        StringBuilder text = new();
        text.AppendLine("# The same networks on other engines").AppendLine();
        text.AppendLine(CodecReport.Machine());
        text.AppendLine(CultureInfo.InvariantCulture, $"Processes that wanted to run, mean of the last minute: {before} before, {CodecReport.Load()} after. With more than one per core before, what runs on two threads was disturbed.").AppendLine();
        text.AppendLine(string.Join("; ", engines.Select(engine => $"{engine.Name} {engine.Version}")) + ".").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Multiples of real time, best of {Turns * RunsPerTurn} runs in {Turns} turns and in brackets the median; the engines take turns. Encoder without quantizer, samples to latents, and decoder, latents to samples, in single precision with the same weights: {seconds:0.##} s of audio at 24 kHz, at 48 kHz one segment of 1 s, of which 0.99 s are new. libtorch runs its own operators without gradients, weight norm folded; ONNX Runtime a model that this program writes, with all graph optimizations. The last column is the managed engine's best over that of the faster other engine. Outputs of all engines differ by at most {difference:E1} of their peak. Made by `dotnet run -c Release --project tests/AudioCodec.Benchmarks -- --peers`.").AppendLine();
        text.Append("| model | what | threads |").AppendJoin("", engines.Select(engine => $" {engine.Name} |")).AppendLine(" ratio |");
        text.Append("|---|---|---|").AppendJoin("", engines.Select(_ => "---|")).AppendLine("---|").Append(rows);
        Console.Write(text);
        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "peers.md"), text.ToString());
        }
    }

    /// <summary>Greatest difference from the first engine's output, as a share of its peak.</summary>
    private static double Check(PeerEngine[] engines, IPeer?[] peers, string what)
    {
        float[] expected = peers[0]!.Output(); // the managed engine is always there
        double peak = Math.Abs(TensorPrimitives.MaxMagnitude<float>(expected));
        double worst = 0;
        foreach ((PeerEngine engine, IPeer? peer) in engines.Zip(peers).Where(pair => pair.Second is not null))
        {
            float[] output = peer!.Output(); // those that are not there are left out above
            double difference = output.Length == expected.Length ? output.Zip(expected, (a, b) => Math.Abs((double)a - b)).Max() / peak : double.NaN;
            if (!(difference <= Tolerance))
            {
                throw new InvalidOperationException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{what}: {engine.Name} gives {output.Length} values that differ by {difference:E1} of the peak from the {expected.Length} of {engines[0].Name}; {Tolerance} is allowed."));
            }

            worst = Math.Max(worst, difference);
        }

        return worst;
    }

    /// <summary>Seconds of every run of each engine, ascending.</summary>
    private static double[][] Time(IPeer?[] peers)
    {
        List<double>[] times = [.. peers.Select(_ => new List<double>())];
        for (int turn = 0; turn < Turns; turn++)
        {
            for (int i = 0; i < peers.Length; i++)
            {
                int engine = (turn + i) % peers.Length;
                if (peers[engine] is IPeer peer)
                {
                    Thread.Sleep(s_rest);
                    peer.BeginTurn();
                    peer.Run(); // brings its weights into the caches
                    for (int run = 0; run < RunsPerTurn; run++)
                    {
                        long start = Stopwatch.GetTimestamp();
                        peer.Run();
                        times[engine].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                    }
                }
            }
        }

        return [.. times.Select(t => t.Order().ToArray())];
    }

    private static string Row(string what, double seconds, double[][] times)
    {
        StringBuilder text = new($"| {what} |");
        foreach (double[] runs in times)
        {
            text.Append(runs is [] ? " none |" : string.Create(CultureInfo.InvariantCulture, $" {seconds / runs[0]:F1} x ({seconds / runs[runs.Length / 2]:F1}) |"));
        }

        double other = times.Skip(1).Where(runs => runs.Length > 0).Min(runs => runs[0]);
        return text.Append(CultureInfo.InvariantCulture, $" {other / times[0][0]:F2} |").ToString();
    }
}
