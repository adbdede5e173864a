using System.Globalization;
using System.Numerics.Tensors;
using System.Text;
using AudioCodec.Audio;
using AudioCodec.Codecs;
using AudioCodec.Metrics;
using AudioCodec.Models;

namespace AudioCodec.Benchmarks;

/// <summary>What a jump gives in real sound, by the warm-up: how far from the linear decode it is, and how far both are from the original.</summary>
internal static class SeekDistanceReport
{
    private const int Places = 20;
    private const double Seconds = 120;
    private const double LongestSpan = 4;

    // Below this level a place counts as silent: ratios say nothing there.
    private const double SilentPower = 1e-6;

    private static readonly double[] s_spans = [0.25, 1, LongestSpan];

    /// <summary>Prints a table for each folder of audio, whose files are put one after the other up to two minutes.</summary>
    public static void Run(string model, IEnumerable<string> folders)
    {
        using Codec codec = Codec.Load(model);
        double[] warmUps = [0, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32];
        foreach (string folder in folders)
        {
            Console.WriteLine($"{model}, {Path.GetFileName(folder)}: difference to the linear decode (median, largest), and SI-SDR to the original, seeked less linear (mean, smallest), over 0.25, 1 and 4 s; mel distance over 4 s, seeked and linear.");
            Console.WriteLine();
            Console.WriteLine("| warm-up | 0.25 s | 1 s | 4 s | SI-SDR 0.25 s | 1 s | 4 s | mel distance |");
            Console.WriteLine("|---|---|---|---|---|---|---|---|");
            Table(codec.Engine, Sound(folder, codec.Engine.Config.SampleRateHz), warmUps);
            Console.WriteLine();
        }
    }

    private static float[] Sound(string folder, int sampleRateHz)
    {
        int length = (int)(Seconds * sampleRateHz);
        var samples = new List<float>(length);
        foreach (string path in AudioFile.FindAll(folder).Order(StringComparer.Ordinal).TakeWhile(_ => samples.Count < length))
        {
            using AudioSource source = AudioFile.OpenConverted(path, sampleRateHz, 1);
            samples.AddRange(AudioFile.ReadAll(source, path).Samples);
        }

        return [.. samples.Take(length)];
    }

    private static void Table(ICodecEngine model, float[] original, double[] warmUps)
    {
        EncodedAudio encoded = model.Encode(new AudioBuffer(original, 1, model.Config.SampleRateHz), 6);
        float[] linear = model.Decode(encoded).Samples;
        int hop = model.Config.HopSamples;
        int span = (int)(LongestSpan * model.Config.SampleRateHz);
        int first = (int)(warmUps.Max() * model.Config.FrameRateHz) + 1;
        foreach (double warmUp in warmUps)
        {
            var random = new Random(3);
            var found = new List<(int Start, float[] Samples)>();
            while (found.Count < Places)
            {
                int frame = random.Next(first, (int)encoded.FrameCount - (span / hop) - 1);
                if (s_spans.All(seconds => Power(original.AsSpan(frame * hop, (int)(seconds * model.Config.SampleRateHz))) > SilentPower))
                {
                    found.Add((frame * hop, Seek(model, encoded, frame, (int)Math.Ceiling(warmUp * model.Config.FrameRateHz), span)));
                }
            }

            Console.WriteLine(Row(warmUp, original, linear, found, model.Config.SampleRateHz));
        }
    }

    private static float[] Seek(ICodecEngine model, EncodedAudio encoded, int frame, int warmUp, int length)
    {
        int hop = model.Config.HopSamples;
        int k = encoded.Codebooks;
        var sink = new ListSink();
        using ICodecDecoder decoder = model.OpenDecoder(k);
        decoder.Write(encoded.Segments[0].Codes.AsSpan((frame - warmUp) * k, (warmUp + (length / hop) + 1) * k), sink);
        return [.. sink.Samples.Skip(warmUp * hop).Take(length)];
    }

    private static string Row(double warmUp, float[] original, float[] linear, List<(int Start, float[] Samples)> found, int sampleRateHz)
    {
        var row = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"| {warmUp} s |"));
        var losses = new StringBuilder();
        foreach (double seconds in s_spans)
        {
            int length = (int)(seconds * sampleRateHz);
            double[] differences = [.. found.Select(one => SeekReport.Decibels(linear.AsSpan(one.Start, length), one.Samples.AsSpan(0, length))).Order()];
            double[] gains = [.. found.Select(one => SiSdr.ComputeDb(original.AsSpan(one.Start, length), one.Samples.AsSpan(0, length))
                - SiSdr.ComputeDb(original.AsSpan(one.Start, length), linear.AsSpan(one.Start, length)))];
            row.Append(CultureInfo.InvariantCulture, $" {differences[Places / 2]:F0}, {differences[^1]:F0} dB |");
            losses.Append(CultureInfo.InvariantCulture, $" {gains.Average():F2}, {gains.Min():F2} dB |");
        }

        var mel = new MelDistance(sampleRateHz);
        double seeked = found.Average(one => mel.Compute(original.AsSpan(one.Start, one.Samples.Length), one.Samples));
        double straight = found.Average(one => mel.Compute(original.AsSpan(one.Start, one.Samples.Length), linear.AsSpan(one.Start, one.Samples.Length)));
        return row.Append(losses).Append(CultureInfo.InvariantCulture, $" {seeked:F4}, {straight:F4} |").ToString();
    }

    private static double Power(ReadOnlySpan<float> samples) => TensorPrimitives.SumOfSquares(samples) / samples.Length;
}
