using System.Diagnostics;
using System.Globalization;
using System.Text;
using AudioCodec.Audio;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Entropy;
using AudioCodec.Models;

namespace AudioCodec.Benchmarks;

/// <summary>Times jumps to random places of version-1 files, up to the first samples, and what the decoder's warm-up leaves of the difference.</summary>
internal static class SeekReport
{
    private const int Positions = 50;
    private const int ChunkCount = 15;

    /// <summary>Appends the tables.</summary>
    public static void Append(StringBuilder text, IReadOnlyList<LanguageModelWorkload> workloads)
    {
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Seeking to {Positions} random samples of a {2 * ChunkCount} s file of default chunks at 6 kbps: opening the file, entropy decoding, warm-up, the first 10 ms or more of sound; one thread, models loaded before.").AppendLine();
        text.AppendLine("| model | packed, mean | packed, worst | with LM, mean | with LM, worst |").AppendLine("|---|---|---|---|---|");
        foreach (LanguageModelWorkload work in workloads)
        {
            EncodecModel codec = Model(work.Config.Name);
            byte[] packed = work.WriteFile(ChunkCount, withModel: false);
            byte[] coded = work.WriteFile(ChunkCount, withModel: true);
            (double packedMean, double packedWorst) = Measure(packed, codec, work.Model);
            (double codedMean, double codedWorst) = Measure(coded, codec, work.Model);
            text.AppendLine(CultureInfo.InvariantCulture, $"| {work.Config.Name} | {packedMean:F0} ms | {packedWorst:F0} ms | {codedMean:F0} ms | {codedWorst:F0} ms |");
        }

        text.AppendLine().AppendLine("Largest difference of 0.5 s behind a seek to the linear decode, of 20 places, against the signal's level there:").AppendLine();
        WarmUp(text);
    }

    private static (double Mean, double Worst) Measure(byte[] file, EncodecModel codec, EntropyModel languageModel)
    {
        var model = new CodecModel(codec, CheckpointStatus.Release, () => default, () => default, () => languageModel);
        using var door = new Codec(model, threads: 1, owned: null);
        var random = new Random(2);
        var block = new float[codec.Config.SampleRateHz / 100 * codec.Config.Channels];
        double sum = 0;
        double worst = 0;
        for (int i = -40; i < Positions; i++)
        {
            long sample = random.NextInt64((ChunkCount * 2L - 1) * codec.Config.SampleRateHz);
            long start = Stopwatch.GetTimestamp();
            using EcdcFile opened = door.Open(new MemoryStream(file));
            using AudioSource source = opened.OpenAudioAt(Math.Min(sample, opened.Info.LengthSamples - codec.Config.SampleRateHz));
            source.Read(block);
            double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (i >= 0)
            {
                sum += milliseconds;
                worst = Math.Max(worst, milliseconds);
            }
        }

        return (sum / Positions, worst);
    }

    private static void WarmUp(StringBuilder text)
    {
        int[] frames = [4, 8, 16, 24, 32, 48, 75];
        text.AppendLine($"| model | {string.Join(" | ", frames.Select(f => $"{f} frames"))} |").AppendLine($"|---{string.Concat(frames.Select(_ => "|---"))}|");
        foreach (string name in new[] { "encodec_24khz", ModelCatalogue.BundledCodec, ModelCatalogue.SmallCodec })
        {
            Row(text, name, Model(name), frames);
        }
    }

    private static EncodecModel Model(string name) => name is ModelCatalogue.BundledCodec or ModelCatalogue.SmallCodec
        ? EncodecModel.LoadFile(Path.Combine(AppContext.BaseDirectory, "../../../../../checkpoints", name))
        : Workload.Model(name);

    private static void Row(StringBuilder text, string name, EncodecModel model, int[] warmUps)
    {
        EncodedAudio encoded = model.Encode(Workload.Signal(model.Config, 10), 6);
        float[] linear = model.Decode(encoded).Samples;
        ushort[] codes = encoded.Segments[0].Codes;
        int hop = model.Config.HopSamples;
        int length = model.Config.SampleRateHz / 2;
        var cells = new List<string>();
        foreach (int warmUp in warmUps)
        {
            var random = new Random(3);
            double worst = double.NegativeInfinity;
            for (int i = 0; i < 20; i++)
            {
                int frame = random.Next(100, (int)encoded.FrameCount - 100);
                var sink = new ListSink();
                new StreamingDecoder(model, encoded.Codebooks).Write(
                    codes.AsSpan((frame - warmUp) * encoded.Codebooks, (warmUp + (length / hop) + 1) * encoded.Codebooks), sink);
                worst = Math.Max(worst, Decibels(linear.AsSpan(frame * hop, length), sink.Samples.ToArray().AsSpan(warmUp * hop, length)));
            }

            cells.Add(double.IsNegativeInfinity(worst) ? "equal" : worst.ToString("F0", CultureInfo.InvariantCulture) + " dB");
        }

        text.AppendLine($"| {name} | {string.Join(" | ", cells)} |");
    }

    /// <summary>A difference against the level of what was expected.</summary>
    internal static double Decibels(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        double signal = 0;
        double difference = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            signal += (double)expected[i] * expected[i];
            difference += Math.Pow((double)expected[i] - actual[i], 2);
        }

        return 10 * Math.Log10(difference / signal);
    }
}
