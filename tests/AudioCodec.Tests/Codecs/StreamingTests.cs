using AudioCodec.Codecs;

namespace AudioCodec.Tests.Codecs;

/// <summary>However a piece is cut, the output is that of the whole, bit for bit.</summary>
public sealed class StreamingTests
{
    [Theory]
    [InlineData("encodec_tiny_causal", 4, 3001, 40)]
    [InlineData("encodec_tiny_causal", 4, 3001, 1000)]
    [InlineData("encodec_tiny_stereo", 4, 3001, 90)]
    [InlineData("encodec_audiocraft_tiny", 4, 3001, 40)]
    [InlineData("encodec_24khz", 8, 40003, 700)]
    [InlineData("encodec_24khz", 32, 40003, 30000)]
    public void Encoder_RandomChunks_EqualsWhole(string name, int codebooks, int length, int largest)
    {
        EncodecModel model = GoldenModels.Get(name);
        int channels = model.Config.Channels;
        float[] samples = Streams.Signal(1, length * channels);
        Streams.CodeRecord whole = Streams.Encode(model, codebooks, samples, [0..samples.Length]);
        IEnumerable<Range> chunks = Streams.Cut(length, 2, largest).Select(r => (r.Start.Value * channels)..(r.End.Value * channels));
        Streams.CodeRecord chunked = Streams.Encode(model, codebooks, samples, chunks);
        Assert.Equal(whole.Segments.Select(s => s.Scale), chunked.Segments.Select(s => s.Scale));
        Assert.Equal(whole.AllCodes, chunked.AllCodes);
    }

    [Fact]
    public void Encoder_SampleBySample_EqualsWhole()
    {
        EncodecModel model = GoldenModels.Get("encodec_tiny_causal");
        float[] samples = Streams.Signal(3, 801);
        Streams.CodeRecord whole = Streams.Encode(model, 4, samples, [0..801]);
        Streams.CodeRecord chunked = Streams.Encode(model, 4, samples, Enumerable.Range(0, 801).Select(i => i..(i + 1)));
        Assert.Equal(whole.AllCodes, chunked.AllCodes);
    }

    [Theory]
    [InlineData("encodec_tiny_causal", 4, 3001, 7)]
    [InlineData("encodec_tiny_causal", 4, 3001, 200)]
    [InlineData("encodec_tiny_stereo", 4, 3001, 20)]
    [InlineData("encodec_audiocraft_tiny", 4, 3001, 7)]
    [InlineData("encodec_24khz", 8, 40003, 1)]
    [InlineData("encodec_24khz", 32, 40003, 90)]
    public void Decoder_RandomChunks_EqualsWhole(string name, int codebooks, int length, int largest)
    {
        EncodecModel model = GoldenModels.Get(name);
        float[] samples = Streams.Signal(4, length * model.Config.Channels);
        Streams.CodeRecord codes = Streams.Encode(model, codebooks, samples, [0..samples.Length]);
        float[] whole = Streams.Decode(model, codebooks, codes, length, frames => [0..frames]);
        float[] chunked = Streams.Decode(model, codebooks, codes, length, frames => Streams.Cut(frames, 5, largest));
        Assert.Equal(samples.Length, whole.Length);
        Assert.Equal(whole, chunked);
    }

    [Fact]
    public void Encoder_OfHops_GivesFrameAsSoonAsCausalityPermits()
    {
        EncodecModel model = GoldenModels.Get("encodec_24khz");
        float[] samples = Streams.Signal(6, 320 * 12);
        StreamingEncoder encoder = new(model, 2);
        Streams.CodeRecord record = new();
        for (int hop = 0; hop < 12; hop++)
        {
            encoder.Write(samples.AsSpan(hop * 320, 320), record);
            int expected = hop < 6 ? 0 : hop + 1;
            Assert.Equal(expected * 2, record.AllCodes.Count());
        }
    }

    [Fact]
    public void Decoder_OfFrames_GivesSamplesAsSoonAsCausalityPermits()
    {
        EncodecModel model = GoldenModels.Get("encodec_24khz");
        StreamingDecoder decoder = new(model, 2);
        Streams.SampleRecord record = new();
        for (int frame = 0; frame < 12; frame++)
        {
            decoder.Write([(ushort)(frame * 50), (ushort)(frame * 7)], record);
            int expected = frame < 6 ? 0 : frame + 1;
            Assert.Equal(expected * 320, record.Samples.Count);
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(7, 1)]
    [InlineData(319, 1)]
    [InlineData(320, 1)]
    [InlineData(321, 2)]
    [InlineData(640, 2)]
    [InlineData(2239, 7)]
    [InlineData(2241, 8)]
    public void RoundTrip_ShortPiece_KeepsLengthAndFrameCount(int length, int frames)
    {
        EncodecModel model = GoldenModels.Get("encodec_24khz");
        float[] samples = Streams.Signal(7, length);
        Streams.CodeRecord codes = Streams.Encode(model, 8, samples, [0..length]);
        Assert.Equal(frames * 8, codes.AllCodes.Count());
        Assert.Equal(frames, model.Config.FrameCount(length));
        float[] decoded = Streams.Decode(model, 8, codes, length, count => [0..count]);
        Assert.Equal(length, decoded.Length);
        Assert.All(decoded, sample => Assert.True(float.IsFinite(sample)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(319, 1)]
    [InlineData(47519, 1)]
    [InlineData(47520, 1)]
    [InlineData(47521, 2)]
    [InlineData(48000, 2)]
    [InlineData(48001, 2)]
    public void RoundTrip_AroundASegment_KeepsLengthAndSegmentCount(int length, int segments)
    {
        EncodecModel model = GoldenModels.Get("encodec_48khz");
        float[] samples = Streams.Signal(8, length * 2);
        Streams.CodeRecord codes = Streams.Encode(model, 2, samples, [0..samples.Length]);
        Assert.Equal(segments, codes.Segments.Count);
        for (int i = 0; i < segments; i++)
        {
            long expected = model.Config.FrameCount(Math.Min(48000, length - (i * 47520)));
            Assert.Equal(expected * 2, codes.Segments[i].Codes.Count);
        }

        float[] decoded = Streams.Decode(model, 2, codes, length, count => [0..count]);
        Assert.Equal(length * 2, decoded.Length);
        Assert.All(decoded, sample => Assert.True(float.IsFinite(sample)));
    }

    [Theory]
    [InlineData("encodec_tiny_causal", float.NaN)]
    [InlineData("encodec_tiny_causal", float.PositiveInfinity)]
    [InlineData("encodec_tiny_stereo", float.NaN)]
    [InlineData("encodec_tiny_stereo", float.NegativeInfinity)]
    public void Encoder_NotANumber_GivesValidCodes(string name, float bad)
    {
        EncodecModel model = GoldenModels.Get(name);
        float[] samples = Streams.Signal(9, 1000 * model.Config.Channels);
        samples[400] = bad;
        Streams.CodeRecord codes = Streams.Encode(model, 4, samples, [0..samples.Length]);
        Assert.All(codes.AllCodes, code => Assert.InRange(code, 0, 15));
    }

    [Fact]
    public void Reset_AfterAPiece_BehavesLikeNew()
    {
        EncodecModel model = GoldenModels.Get("encodec_tiny_causal");
        float[] samples = Streams.Signal(10, 999);
        StreamingEncoder encoder = new(model, 4);
        Streams.CodeRecord first = new();
        encoder.Write(samples, first);
        encoder.Complete(first);
        encoder.Reset();
        Streams.CodeRecord second = new();
        encoder.Write(samples, second);
        encoder.Complete(second);
        Assert.Equal(first.AllCodes, second.AllCodes);

        StreamingDecoder decoder = new(model, 4, 999);
        Streams.SampleRecord one = new();
        decoder.Write(first.AllCodes.ToArray(), one);
        decoder.Complete(one);
        decoder.Reset();
        Streams.SampleRecord two = new();
        decoder.Write(first.AllCodes.ToArray(), two);
        decoder.Complete(two);
        Assert.Equal(one.Samples, two.Samples);
    }

    [Fact]
    public void Decoder_CodeBeyondCodebook_SaysWhich()
    {
        StreamingDecoder decoder = new(GoldenModels.Get("encodec_tiny_causal"), 2);
        ArgumentException error = Assert.Throws<ArgumentException>(() => decoder.Write([1, 2, 3, 16], new Streams.SampleRecord()));
        Assert.Contains("Code 16 in codebook 1 of frame 1", error.Message, StringComparison.Ordinal);
    }
}
