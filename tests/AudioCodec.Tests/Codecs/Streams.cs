using AudioCodec.Codecs;

namespace AudioCodec.Tests.Codecs;

/// <summary>Sinks and signals for the streaming tests.</summary>
internal static class Streams
{
    /// <summary>Noise with a tone, [T, C], reproducible.</summary>
    public static float[] Signal(int seed, int length)
    {
        Random random = new(seed);
        var samples = new float[length];
        for (int i = 0; i < length; i++)
        {
            samples[i] = (0.3f * MathF.Sin(i * 0.05f)) + (0.4f * (random.NextSingle() - 0.5f));
        }

        return samples;
    }

    /// <summary>Cuts a length into pieces of 0 to <paramref name="largest"/> units.</summary>
    public static IEnumerable<Range> Cut(int length, int seed, int largest)
    {
        Random random = new(seed);
        for (int start = 0; start < length;)
        {
            int count = Math.Min(random.Next(largest + 1), length - start);
            yield return start..(start + count);
            start += count;
        }
    }

    public static CodeRecord Encode(EncodecModel model, int codebooks, float[] samples, IEnumerable<Range> chunks, int threads = 1, int? searchWidth = null)
    {
        CodeRecord record = new();
        StreamingEncoder encoder = new(model, codebooks, threads, searchWidth);
        foreach (Range chunk in chunks)
        {
            encoder.Write(samples.AsSpan(chunk), record);
        }

        encoder.Complete(record);
        return record;
    }

    public static float[] Decode(
        EncodecModel model, int codebooks, CodeRecord codes, long lengthSamples, Func<int, IEnumerable<Range>> cut, int threads = 1)
    {
        SampleRecord record = new();
        StreamingDecoder decoder = new(model, codebooks, lengthSamples, threads);
        foreach ((float scale, List<ushort> segment) in codes.Segments)
        {
            decoder.BeginSegment(scale, record);
            ushort[] all = [.. segment];
            foreach (Range frames in cut(all.Length / codebooks))
            {
                decoder.Write(all.AsSpan((frames.Start.Value * codebooks)..(frames.End.Value * codebooks)), record);
            }
        }

        decoder.Complete(record);
        return [.. record.Samples];
    }

    internal sealed class CodeRecord : ICodeSink
    {
        public List<(float Scale, List<ushort> Codes)> Segments { get; } = [];

        public IEnumerable<ushort> AllCodes => Segments.SelectMany(segment => segment.Codes);

        public void BeginSegment(float scale) => Segments.Add((scale, []));

        public void WriteFrames(ReadOnlySpan<ushort> codes) => Segments[^1].Codes.AddRange(codes);
    }

    internal sealed class SampleRecord : ISampleSink
    {
        public List<float> Samples { get; } = [];

        public void WriteSamples(ReadOnlySpan<float> interleaved) => Samples.AddRange(interleaved);
    }
}
