using AudioCodec.Codecs;

namespace AudioCodec.Tests.Codecs;

/// <summary>The number of threads changes nothing but the time.</summary>
public sealed class ThreadTests
{
    [Theory]
    [InlineData("encodec_24khz", 8, 2)]
    [InlineData("encodec_24khz", 2, 3)]
    [InlineData("encodec_tiny_stereo", 4, 2)]
    [InlineData("encodec_tiny_causal", 4, 4)]
    public void RoundTrip_SeveralThreads_EqualsOne(string name, int codebooks, int threads)
    {
        EncodecModel model = GoldenModels.Get(name);
        int length = 6001;
        float[] samples = Streams.Signal(30, length * model.Config.Channels);
        Streams.CodeRecord one = Streams.Encode(model, codebooks, samples, [0..samples.Length]);
        Streams.CodeRecord several = Streams.Encode(model, codebooks, samples, [0..samples.Length], threads);
        Assert.Equal(one.AllCodes, several.AllCodes);
        float[] decodedByOne = Streams.Decode(model, codebooks, one, length, frames => [0..frames]);
        float[] decodedBySeveral = Streams.Decode(model, codebooks, one, length, frames => [0..frames], threads);
        Assert.Equal(decodedByOne, decodedBySeveral);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(20)]
    public void Segments_DecodedTogether_EqualThoseOneByOne(int threads)
    {
        EncodecModel model = GoldenModels.Get("encodec_tiny_stereo");
        const int length = 6001;
        float[] samples = Streams.Signal(33, length * model.Config.Channels);
        Streams.CodeRecord codes = Streams.Encode(model, 4, samples, [0..samples.Length]);
        float[] expected = Streams.Decode(model, 4, codes, length, frames => [0..frames]);

        using StreamingDecoder decoder = new(model, 4, length, threads);
        for (int run = 0; run < 2; run++)
        {
            Streams.SampleRecord record = new();
            decoder.Reset();
            foreach (((float scale, List<ushort> segment), int number) in codes.Segments.Select((segment, number) => (segment, number)))
            {
                // The first is given at once, as a reader of a file wants it.
                decoder.PreferThroughput = number > 0;
                decoder.BeginSegment(scale, record);
                decoder.Write([.. segment], record);
                Assert.True(number > 0 || record.Samples.Count == model.Config.SegmentStrideSamples * model.Config.Channels);
            }

            decoder.Complete(record);
            Assert.Equal(expected, record.Samples);
        }
    }

    [Fact]
    public void Segments_OfOneChunk_AreEncodedTogether_AndGivenAtOnce()
    {
        EncodecModel model = GoldenModels.Get("encodec_tiny_stereo");
        const int length = 6001;
        int stride = model.Config.SegmentStrideSamples!.Value; // A model with segments.
        float[] samples = Streams.Signal(34, length * model.Config.Channels);
        Streams.CodeRecord expected = Streams.Encode(model, 4, samples, Enumerable.Range(0, samples.Length / 2).Select(i => (2 * i)..((2 * i) + 2)));
        using StreamingEncoder encoder = new(model, 4, threads: 20);
        Streams.CodeRecord record = new();
        int chunk = 5 * stride;
        for (int start = 0; start < length; start += chunk)
        {
            int end = Math.Min(length, start + chunk);
            encoder.Write(samples.AsSpan(start * model.Config.Channels, (end - start) * model.Config.Channels), record);
            Assert.Equal(((end - model.Config.SegmentSamples) / stride) + 1, record.Segments.Count);
        }

        encoder.Complete(record);
        Assert.Equal(expected.Segments.Select(s => s.Scale), record.Segments.Select(s => s.Scale));
        Assert.Equal(expected.AllCodes, record.AllCodes);
    }

    [Fact]
    public void SeveralStreamsAtOnce_ShareATeam_AndGiveTheSame()
    {
        EncodecModel model = GoldenModels.Get("encodec_tiny_causal");
        float[] samples = Streams.Signal(31, 3001);
        ushort[] expected = [.. Streams.Encode(model, 4, samples, [0..3001]).AllCodes];
        ushort[][] results = new ushort[4][];
        Parallel.For(0, 4, i => results[i] = [.. Streams.Encode(model, 4, samples, Streams.Cut(3001, i, 900), threads: 2).AllCodes]);
        Assert.All(results, result => Assert.Equal(expected, result));
    }

    [Fact]
    public void SteadyStream_OfHops_AllocatesNothing()
    {
        EncodecModel model = GoldenModels.Get("encodec_24khz");
        float[] samples = Streams.Signal(32, 320 * 60);
        Silence sink = new();
        StreamingEncoder encoder = new(model, 8);
        StreamingDecoder decoder = new(model, 8);
        ushort[] codes = new ushort[8];
        long before = 0;
        for (int hop = 0; hop < 60; hop++)
        {
            if (hop == 30)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            encoder.Write(samples.AsSpan(hop * 320, 320), sink);
            decoder.Write(codes, sink);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private sealed class Silence : ICodeSink, ISampleSink
    {
        public void BeginSegment(float scale)
        {
        }

        public void WriteFrames(ReadOnlySpan<ushort> codes)
        {
        }

        public void WriteSamples(ReadOnlySpan<float> interleaved)
        {
        }
    }
}
