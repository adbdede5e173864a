using System.Buffers.Binary;
using AudioCodec.Audio;
using FsCheck;
using FsCheck.Fluent;

namespace AudioCodec.Tests.Audio;

public sealed class WavWriterTests
{
    [Theory]
    [InlineData(PcmEncoding.U8, 1.1 / 128)]
    [InlineData(PcmEncoding.S16, 1.1 / 32768)]
    [InlineData(PcmEncoding.S24, 1.1 / 8388608)]
    [InlineData(PcmEncoding.S32, 1e-7)]
    [InlineData(PcmEncoding.F32, 0)]
    [InlineData(PcmEncoding.F64, 0)]
    public void Write_EveryEncoding_ReadsBackWithinOneStep(PcmEncoding encoding, double step)
    {
        Gen<(int RateHz, int Channels, int[] Blocks, bool Seekable, bool Announced, int Seed)> files =
            from rateHz in Gen.Choose(1, 768_000)
            from channels in Gen.Choose(1, 12)
            from blocks in Gen.Choose(0, 5).SelectMany(count => Gen.Choose(0, 9000).ArrayOf(count))
            from seekable in Gen.Elements(false, true)
            from announced in Gen.Elements(false, true)
            from seed in Gen.Choose(0, int.MaxValue)
            select (rateHz, channels, blocks, seekable, announced, seed);
        Law.Holds(files, cases: 50, file =>
        {
            int length = file.Blocks.Sum();
            float[] samples = Noise(length * file.Channels, file.Seed);
            using Stream stream = file.Seekable ? new MemoryStream() : new OutPipeStream();
            using var writer = new WavWriter(stream, file.RateHz, file.Channels, encoding, file.Announced ? length : null, leaveOpen: true);
            int at = 0;
            foreach (int block in file.Blocks)
            {
                writer.Write(samples.AsSpan(at, block * file.Channels));
                at += block * file.Channels;
            }

            writer.Complete();
            byte[] bytes = stream is MemoryStream memory ? memory.ToArray() : ((OutPipeStream)stream).ToArray();
            using var reader = new WavReader(file.Seekable ? new MemoryStream(bytes) : new PipeStream(bytes));
            Assert.Equal((file.RateHz, file.Channels, encoding), (reader.SampleRateHz, reader.Channels, reader.Encoding));

            // In a pipe a size of 0 means what it does to other readers: not known yet.
            Assert.Equal(file.Seekable || (file.Announced && length > 0) ? length : null, reader.LengthSamples);
            float[] read = WavBytes.ReadAll(reader);
            Assert.Equal(samples.Length, read.Length);
            double farthest = samples.Zip(read, (written, back) => Math.Abs(written - (double)back)).DefaultIfEmpty().Max();
            Assert.InRange(farthest, 0, step);
            Assert.Empty(reader.Warnings);
        });
    }

    [Fact]
    public void Write_SixteenBit_RoundsToNearestAndClips()
    {
        using var stream = new MemoryStream();
        using (var writer = new WavWriter(stream, 8000, 1, lengthSamples: 8, leaveOpen: true))
        {
            writer.Write([0.4f / 32768, 0.5f / 32768, -0.5f / 32768, -0.6f / 32768, 1, -1, 7, float.NaN]);
            writer.Complete();
        }

        Assert.Equal(44 + 16, stream.Length);
        Assert.Equal(WavBytes.Pcm16(0, 1, 0, -1, 32767, -32768, 32767, 0), stream.ToArray()[44..]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Write_LengthAnnounced_GivesTheCanonicalFile(bool seekable)
    {
        using Stream stream = seekable ? new MemoryStream() : new OutPipeStream();
        using (var writer = new WavWriter(stream, 8000, 2, lengthSamples: 2, leaveOpen: true))
        {
            writer.Write([0, 0.5f, -1, 1]);
            writer.Complete();
        }

        byte[] written = stream is MemoryStream memory ? memory.ToArray() : ((OutPipeStream)stream).ToArray();

        Assert.Equal(WavBytes.File(WavBytes.Format(1, 2, 8000, 16), WavBytes.Chunk("data", WavBytes.Pcm16(0, 16384, -32768, 32767))), written);
    }

    [Fact]
    public void Write_PipeOfUnknownLength_LeavesTheSizesOpen()
    {
        var pipe = new OutPipeStream();
        using (var writer = new WavWriter(pipe, 8000, 1))
        {
            writer.Write([0, 0.5f, -1]);
            writer.Complete();
        }

        byte[] written = pipe.ToArray();
        using var reader = new WavReader(new PipeStream(written));

        Assert.Equal(0xFFFFFFFF, BinaryPrimitives.ReadUInt32LittleEndian(written.AsSpan(4)));
        Assert.Equal(0xFFFFFFFF, BinaryPrimitives.ReadUInt32LittleEndian(written.AsSpan(40)));
        Assert.Equal([0, 0.5f, -1], WavBytes.ReadAll(reader));
    }

    [Fact]
    public void Constructor_OverFourGigabytesAnnounced_WritesRf64()
    {
        const long samples = 1_500_000_000;
        using var file = new HollowStream();
        new WavWriter(file, 48000, 1, PcmEncoding.S24, samples, leaveOpen: true).Dispose();
        file.SetLength(file.Length + (samples * 3));
        file.Position = 0;
        using var reader = new WavReader(file);

        Assert.Equal("RF64"u8, file.Head[..4]);
        Assert.Equal("ds64"u8, file.Head[12..16]);
        Assert.Equal(samples, reader.LengthSamples);
        Assert.Equal(file.Length - 8, BinaryPrimitives.ReadInt64LittleEndian(file.Head[20..]));
    }

    [Theory]
    [InlineData(400, "RIFF", "JUNK")]
    [InlineData(600, "RF64", "ds64")]
    public void Complete_UnknownLength_BecomesRf64OnlyAboveTheLimit(int samples, string tag, string chunk)
    {
        using var file = new MemoryStream();
        using (var writer = new WavWriter(file, 8000, 1, PcmEncoding.S16, null, leaveOpen: true, riffLimitBytes: 1000))
        {
            writer.Write(Noise(samples, seed: 2));
            writer.Complete();
        }

        file.Position = 0;
        using var reader = new WavReader(file);
        string head = System.Text.Encoding.ASCII.GetString(file.ToArray(), 0, 16);

        Assert.Equal((tag, chunk), (head[..4], head[12..]));
        Assert.Equal(samples, reader.LengthSamples);
        Assert.Equal(samples, WavBytes.ReadAll(reader).Length);
    }

    [Fact]
    public void Complete_OddByteCount_PadsButStatesTheTrueSize()
    {
        using var stream = new MemoryStream();
        using (var writer = new WavWriter(stream, 8000, 1, PcmEncoding.U8, 3, leaveOpen: true))
        {
            writer.Write([0, 0, 0]);
            writer.Complete();
        }

        Assert.Equal(48, stream.Length);
        Assert.Equal(3, BinaryPrimitives.ReadInt32LittleEndian(stream.ToArray().AsSpan(40)));
    }

    [Fact]
    public void Complete_NoSamples_GivesAnEmptyFile()
    {
        using var stream = new MemoryStream();
        using (var writer = new WavWriter(stream, 8000, 1, leaveOpen: true))
        {
            writer.Complete();
        }

        stream.Position = 0;
        using var reader = new WavReader(stream);

        Assert.Equal(0, reader.LengthSamples);
        Assert.Equal(0, reader.Read(new float[10]));
    }

    [Fact]
    public void Write_OtherThanAnnounced_IsTheCallersMistake()
    {
        using var tooMany = new WavWriter(new MemoryStream(), 8000, 1, lengthSamples: 2);
        using var tooFew = new WavWriter(new MemoryStream(), 8000, 1, lengthSamples: 2);
        tooFew.Write([0]);

        Assert.Throws<InvalidOperationException>(() => tooMany.Write([0, 0, 0]));
        Assert.Throws<InvalidOperationException>(tooFew.Complete);
        Assert.Throws<ArgumentException>(() => new WavWriter(new MemoryStream(), 8000, 2).Write([0]));
    }

    internal static float[] Noise(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }
}
