using System.Buffers.Binary;
using AudioCodec.Audio;

namespace AudioCodec.Tests.Audio;

public sealed class WavReaderTests
{
    private static readonly byte[] s_fourSamples = WavBytes.Pcm16(0, 16384, -32768, 32767);
    private static readonly float[] s_fourValues = [0, 0.5f, -1, 32767f / 32768];

    [Theory]
    [InlineData(1, 8, new byte[] { 128, 255, 0, 192 }, new[] { 0, 127f / 128, -1, 0.5f })]
    [InlineData(1, 16, new byte[] { 0, 0, 255, 127, 0, 128, 1, 0 }, new[] { 0, 32767f / 32768, -1, 1f / 32768 })]
    [InlineData(1, 24, new byte[] { 0, 0, 0, 255, 255, 127, 0, 0, 128, 1, 0, 0 }, new[] { 0, 8388607f / 8388608, -1, 1f / 8388608 })]
    [InlineData(1, 32, new byte[] { 0, 0, 0, 128, 0, 0, 0, 64, 0, 1, 0, 0 }, new[] { -1, 0.5f, 1f / 8388608 })]
    [InlineData(3, 32, new byte[] { 0, 0, 0, 63, 0, 0, 128, 191 }, new[] { 0.5f, -1 })]
    [InlineData(3, 64, new byte[] { 0, 0, 0, 0, 0, 0, 224, 63, 0, 0, 0, 0, 0, 0, 240, 191 }, new[] { 0.5f, -1 })]
    public void Read_EveryEncoding_GivesScaledValues(int tag, int bits, byte[] data, float[] expected)
    {
        byte[] file = WavBytes.File(WavBytes.Format(tag, 1, 8000, bits), WavBytes.Chunk("data", data));

        using var reader = new WavReader(new MemoryStream(file));

        Assert.Equal(8000, reader.SampleRateHz);
        Assert.Equal(expected.Length, reader.LengthSamples);
        Assert.Equal(expected, WavBytes.ReadAll(reader));
        Assert.Empty(reader.Warnings);
    }

    [Theory]
    [InlineData(20, 3)]
    [InlineData(12, 2)]
    [InlineData(24, 4)]
    [InlineData(16, 3)]
    public void Read_OddBitCount_ReadsTheContainerLeftJustified(int bits, int bytes)
    {
        byte[] data = [.. new byte[bytes - 1], 64, .. new byte[bytes - 1], 192];
        byte[] file = WavBytes.File(WavBytes.Format(1, 1, 8000, bits, bytes), WavBytes.Chunk("data", data));

        using var reader = new WavReader(new MemoryStream(file));

        Assert.Equal([0.5f, -0.5f], WavBytes.ReadAll(reader));
    }

    [Fact]
    public void Read_Extensible_TakesTheSubFormat()
    {
        byte[] format = new byte[40];
        WavBytes.Format(0xFFFE, 2, 48000, 16).AsSpan(8).CopyTo(format);
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(16), 22);
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(24), 1);
        byte[] file = WavBytes.File(WavBytes.Chunk("fmt ", format), WavBytes.Chunk("data", s_fourSamples));

        using var reader = new WavReader(new MemoryStream(file));

        Assert.Equal((2, 48000, 2L), (reader.Channels, reader.SampleRateHz, reader.LengthSamples));
        Assert.Equal(s_fourValues, WavBytes.ReadAll(reader));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_OddAndUnknownChunks_AreSkippedWithTheirPadding(bool pipe)
    {
        byte[] file = WavBytes.File(
            WavBytes.Chunk("LIST", 1, 2, 3),
            WavBytes.Chunk("JUNK"),
            WavBytes.Format(1, 1, 8000, 16),
            WavBytes.Chunk("xyz ", 7),
            WavBytes.Chunk("data", s_fourSamples),
            WavBytes.Chunk("LIST", 9, 9));

        using var reader = new WavReader(pipe ? new PipeStream(file, 3) : new MemoryStream(file));

        Assert.Equal(4, reader.LengthSamples);
        Assert.Equal(s_fourValues, WavBytes.ReadAll(reader, 3));
        Assert.Empty(reader.Warnings);
    }

    [Theory]
    [InlineData(0u, 0u, true)]
    [InlineData(0u, 0xFFFFFFFFu, true)]
    [InlineData(0xFFFFFFFFu, 0xFFFFFFFFu, true)]
    [InlineData(0xFFFFFFFFu, 36u, true)]
    [InlineData(0x7FFFF000u, 0x7FFFF024u, true)]
    [InlineData(0u, 36u, false)]
    [InlineData(0xFFFFFFFFu, 0xFFFFFFFFu, false)]
    [InlineData(0x7FFFF000u, 0x7FFFF024u, false)]
    public void Read_SizeNeverFilledIn_ReadsToTheEndWithoutWarning(uint dataSize, uint riffSize, bool pipe)
    {
        byte[] file = WavBytes.File("RIFF", riffSize, WavBytes.Format(1, 1, 8000, 16), WavBytes.Chunk("data", s_fourSamples));
        file = WavBytes.WithDataSize(file, s_fourSamples.Length, dataSize);

        using var reader = new WavReader(pipe ? new PipeStream(file, 5) : new MemoryStream(file));

        Assert.Equal(pipe ? null : 4L, reader.LengthSamples);
        Assert.Equal(s_fourValues, WavBytes.ReadAll(reader));
        Assert.Empty(reader.Warnings);
    }

    [Fact]
    public void Read_EmptyDataBeforeAnotherChunk_IsAnEmptyFile()
    {
        byte[] file = WavBytes.File(WavBytes.Format(1, 1, 8000, 16), WavBytes.Chunk("data"), WavBytes.Chunk("LIST", 1, 2));

        using var reader = new WavReader(new MemoryStream(file));

        Assert.Equal(0, reader.LengthSamples);
        Assert.Empty(WavBytes.ReadAll(reader));
    }

    /// <summary>Silence of no length would pass for the recording.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_FileCutOffBeforeItsSamples_Fails(bool pipe)
    {
        byte[] file = WavBytes.File(WavBytes.Format(1, 1, 8000, 16), WavBytes.Chunk("data", s_fourSamples))[..^8];

        AudioFormatException exception = Assert.Throws<AudioFormatException>(
            () => WavBytes.ReadAll(new WavReader(pipe ? new PipeStream(file, 5) : new MemoryStream(file), "a.wav")));

        Assert.Contains("states 4 samples per channel, it holds none", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_CutOffFile_ReadsWhatIsThereAndWarns(bool pipe)
    {
        byte[] file = WavBytes.File(WavBytes.Format(1, 1, 8000, 16), WavBytes.Chunk("data", s_fourSamples))[..^3];

        using var reader = new WavReader(pipe ? new PipeStream(file, 5) : new MemoryStream(file));

        Assert.Equal(s_fourValues[..2], WavBytes.ReadAll(reader));
        Assert.Contains(reader.Warnings, warning => warning.Contains("states 4 samples per channel, it holds 2", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_NotANumberAndInfinity_BecomeZeroAndAreCounted()
    {
        var data = new byte[16];
        float[] values = [float.NaN, 0.25f, float.PositiveInfinity, float.NegativeInfinity];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(4 * i), values[i]);
        }

        using var reader = new WavReader(
            new MemoryStream(WavBytes.File(WavBytes.Format(3, 1, 8000, 32), WavBytes.Chunk("data", data))));

        Assert.Equal([0, 0.25f, 0, 0], WavBytes.ReadAll(reader));
        Assert.Equal(3, reader.NonFiniteSamples);
        Assert.Contains("3 samples were NaN or infinite", Assert.Single(reader.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WideFileOverFourGigabytes_TakesTheLengthFromDs64()
    {
        const long samples = 3_000_000_000;
        var wideSizes = new byte[28];
        BinaryPrimitives.WriteInt64LittleEndian(wideSizes, (samples * 2) + 72);
        BinaryPrimitives.WriteInt64LittleEndian(wideSizes.AsSpan(8), samples * 2);
        byte[] head = WavBytes.File(
            "RF64", 0xFFFFFFFF, WavBytes.Chunk("ds64", wideSizes), WavBytes.Format(1, 1, 8000, 16), WavBytes.Chunk("data"));
        head = WavBytes.WithDataSize(head, 0, 0xFFFFFFFF);
        using var file = new HollowStream(head.Length + (samples * 2));
        head.CopyTo(file.Head);

        using var reader = new WavReader(file);
        file.Position = file.Length - 8;

        Assert.Equal(samples, reader.LengthSamples);
        Assert.Equal(4, reader.Read(new float[100]));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("no data")]
    [InlineData("data first")]
    [InlineData("short fmt")]
    [InlineData("no channels")]
    [InlineData("rate 0")]
    [InlineData("block")]
    [InlineData("not riff")]
    [InlineData("huge chunk")]
    public void Constructor_DamagedHeader_ThrowsTypedError(string kind)
    {
        byte[] format = WavBytes.Format(1, 1, 8000, 16);
        byte[] data = WavBytes.Chunk("data", s_fourSamples);
        byte[] file = kind switch
        {
            "nothing" => [],
            "no data" => WavBytes.File(format),
            "data first" => WavBytes.File(data, format),
            "short fmt" => WavBytes.File(WavBytes.Chunk("fmt ", new byte[14]), data),
            "no channels" => WavBytes.File(WavBytes.Format(1, 0, 8000, 16), data),
            "rate 0" => WavBytes.File(WavBytes.Format(1, 1, 0, 16), data),
            "block" => WavBytes.File(WavBytes.Format(1, 2, 8000, 16, 2), data),
            "huge chunk" => [.. WavBytes.File(format), .. "JUNK"u8, 0xFE, 0xFF, 0xFF, 0xFF],
            _ => [.. "RIFX"u8, .. WavBytes.File(format, data)[4..]],
        };

        var error = Assert.Throws<AudioFormatException>(() => new WavReader(new PipeStream(file), "in.wav"));

        Assert.Equal("in.wav", error.Path);
    }

    [Fact]
    public void Constructor_CompressedWav_NamesTheKind()
    {
        byte[] file = WavBytes.File(WavBytes.Format(0x11, 1, 8000, 4, 256), WavBytes.Chunk("data", s_fourSamples));

        var error = Assert.Throws<AudioFormatException>(() => new WavReader(new MemoryStream(file), "in.wav"));

        Assert.Contains("0x0011", error.Message, StringComparison.Ordinal);
    }
}
