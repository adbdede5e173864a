using AudioCodec.Audio;

namespace AudioCodec.Tests.Audio;

public sealed class RawPcmTests
{
    [Theory]
    [InlineData("s16le:24000:1", PcmEncoding.S16, false, 24000, 1)]
    [InlineData("s24be:48000:2", PcmEncoding.S24, true, 48000, 2)]
    [InlineData("f32le:8000:6", PcmEncoding.F32, false, 8000, 6)]
    [InlineData("f64le:8000:1", PcmEncoding.F64, false, 8000, 1)]
    [InlineData("u8:8000:1", PcmEncoding.U8, false, 8000, 1)]
    [InlineData("s8:8000:1", PcmEncoding.S8, false, 8000, 1)]
    public void Parse_Notation_IsReadAndWrittenBack(string text, PcmEncoding encoding, bool bigEndian, int sampleRateHz, int channels)
    {
        RawPcmFormat format = RawPcmFormat.Parse(text);

        Assert.Equal(new RawPcmFormat(encoding, bigEndian, sampleRateHz, channels), format);
        Assert.Equal(text, format.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("s16le")]
    [InlineData("s16:24000:1")]
    [InlineData("u8le:24000:1")]
    [InlineData("s17le:24000:1")]
    [InlineData("2le:24000:1")]
    [InlineData("le:24000:1")]
    [InlineData("s16le:0:1")]
    [InlineData("s16le:24000:0")]
    [InlineData("s16le:24000:-1")]
    [InlineData("s16le:24000:1:1")]
    [InlineData("s16le:99999999999:1")]
    public void Parse_AnythingElse_SaysWhatIsExpected(string text)
    {
        var error = Assert.Throws<FormatException>(() => RawPcmFormat.Parse(text));

        Assert.Contains("s16le:24000:1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("u8:8000:2", 0.008)]
    [InlineData("s8:8000:2", 0.008)]
    [InlineData("s16le:8000:2", 4e-5)]
    [InlineData("s16be:8000:2", 4e-5)]
    [InlineData("s24be:8000:2", 2e-7)]
    [InlineData("s32be:8000:2", 1e-7)]
    [InlineData("f32be:8000:2", 0)]
    [InlineData("f64le:8000:2", 0)]
    public void Write_ThenRead_GivesTheSamplesBack(string text, double tolerance)
    {
        float[] samples = WavWriterTests.Noise(2 * 20001, seed: 1);
        var pipe = new OutPipeStream();
        using (var writer = new RawPcmWriter(pipe, RawPcmFormat.Parse(text)))
        {
            writer.Write(samples);
            writer.Complete();
        }

        using var reader = new RawPcmReader(new PipeStream(pipe.ToArray(), 999), RawPcmFormat.Parse(text));
        float[] read = WavBytes.ReadAll(reader);

        Assert.Equal(samples.Length, read.Length);
        Assert.All(samples.Zip(read), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, tolerance));
        Assert.Empty(reader.Warnings);
    }

    [Fact]
    public void Read_BigEndian_TakesTheHighByteFirst()
    {
        using var reader = new RawPcmReader(new PipeStream([0x40, 0, 0x80, 0]), RawPcmFormat.Parse("s16be:8000:1"));

        Assert.Equal([0.5f, -1], WavBytes.ReadAll(reader));
    }

    [Fact]
    public void Read_IncompleteLastSampleAndInfinity_AreReported()
    {
        byte[] data = [0, 0, 0x80, 0x7F, 1, 2];
        using var reader = new RawPcmReader(new MemoryStream(data), RawPcmFormat.Parse("f32le:8000:1"));

        Assert.Equal([0f], WavBytes.ReadAll(reader));
        Assert.Equal(2, reader.Warnings.Count);
    }
}
