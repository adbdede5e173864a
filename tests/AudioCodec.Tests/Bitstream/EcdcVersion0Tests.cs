using AudioCodec.Bitstream;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.TestSupport;
using FsCheck;
using FsCheck.Fluent;

namespace AudioCodec.Tests.Bitstream;

public sealed class EcdcVersion0Tests
{
    public static TheoryData<string, string> GoldenFiles => new()
    {
        { "encodec_24khz", "1.5" },
        { "encodec_24khz", "6" },
        { "encodec_24khz", "24" },
        { "encodec_48khz", "3" },
        { "encodec_48khz", "6" },
    };

    [Theory]
    [MemberData(nameof(GoldenFiles))]
    public void Read_ReferenceFile_GivesGoldenCodesAndRewritesIdentically(string model, string kbps)
    {
        byte[] bytes = File.ReadAllBytes(Fixtures.Path($"golden/{model}.bw{kbps}.ecdc"));
        using GoldenFile golden = GoldenFile.Open(model);
        using var reader = EcdcStreams.Open0(new MemoryStream(bytes), Geometry);
        using var copy = new MemoryStream();
        using var writer = new EcdcV0Writer(copy, reader.Geometry, reader.LengthSamples, reader.Codebooks, leaveOpen: true);

        while (reader.TryNextSegment(out EcdcSegment segment))
        {
            var codes = new ushort[segment.Frames * reader.Codebooks];
            Assert.Equal(segment.Frames, reader.ReadFrames(codes));
            Assert.Equal(0, reader.ReadFrames(new ushort[reader.Codebooks]));
            Assert.Equal(golden.FrameMajorCodes($"bw{kbps}.segment{segment.Index}.codes"), codes);
            if (reader.Geometry.HasScale)
            {
                float scale = golden.Floats($"bw{kbps}.segment{segment.Index}.scale")[0];
                Assert.Equal(scale, segment.Scale(reader.Geometry));
            }

            writer.BeginSegment(segment.ScaleBits);

            // In pieces, as a streaming encoder gives them.
            for (int done = 0, take = 1; done < codes.Length; done += take)
            {
                take = Math.Min(take + reader.Codebooks - (take % reader.Codebooks), codes.Length - done);
                writer.WriteFrames(codes.AsSpan(done, take));
            }
        }

        writer.Complete();
        Assert.Equal(0, reader.CountTrailingBytes());
        Assert.Equal(bytes, copy.ToArray());
    }

    [Fact]
    public void Header_FortyEightThousandSamples_IsTheReferencesJson()
    {
        byte[] bytes = Header("encodec_24khz", 48000, 8).ToBytes();

        Assert.Equal("{\"m\": \"encodec_24khz\", \"al\": 48000, \"nc\": 8, \"lm\": false}"u8, bytes.AsSpan(9));
        Assert.Equal("ECDC\0\0\0\0\x39"u8, bytes.AsSpan(0, 9));
        Assert.Equal(bytes.Length, EcdcHeader.Read(new MemoryStream(bytes)).ByteCount);
    }

    [Fact]
    public void Header_AnyValues_RoundTrips()
    {
        Gen<EcdcV0Header> headers =
            from model in Texts.Of(most: 40)
            from high in Gen.Choose(0, 1 << 22)
            from low in Gen.Choose(0, int.MaxValue)
            from codebooks in Gen.Choose(1, 65535)
            from lm in Gen.Elements(false, true)
            select Header(model, ((long)high << 31) | (uint)low, codebooks, lm);
        Law.Holds(headers.Where(header => header.LengthSamples <= EcdcHeader.MaxLengthSamples), cases: 500, header =>
        {
            byte[] bytes = header.ToBytes();
            Assert.Equal(header with { ByteCount = bytes.Length }, EcdcHeader.Read(new MemoryStream(bytes)));
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(319)]
    [InlineData(320)]
    [InlineData(321)]
    [InlineData(47519)]
    [InlineData(47520)]
    [InlineData(47521)]
    [InlineData(48000)]
    [InlineData(48001)]
    [InlineData(95521)]
    public void PackedPayloadBytes_DegenerateLengths_EqualsWhatIsWritten(int length)
    {
        foreach (EcdcGeometry geometry in new[] { Geometry("encodec_24khz")!, Geometry("encodec_48khz")! })
        {
            byte[] file = WriteRandom(geometry, length, codebooks: 2, seed: length);
            int header = Header(geometry.Model, length, 2).ToBytes().Length;

            Assert.Equal(header + geometry.PackedPayloadBytes(length, 2), file.Length);
            using var reader = EcdcStreams.Open0(new MemoryStream(file), Geometry);
            Assert.Equal(0, reader.CountTrailingBytes());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_TruncatedAtEveryByte_GivesTypedError(bool seekable)
    {
        byte[] file = WriteRandom(Geometry("encodec_48khz")!, 48100, 2, 5);
        for (int length = 0; length < file.Length; length++)
        {
            var stream = new MemoryStream(file, 0, length);
            Assert.Throws<BitstreamException>(() =>
            {
                using var reader = EcdcStreams.Open0(seekable ? stream : new PipeStream(stream), Geometry);
                reader.CountTrailingBytes();
            });
        }
    }

    [Fact]
    public void Read_FromPipeThatGivesSingleBytes_EqualsWhole()
    {
        byte[] file = WriteRandom(Geometry("encodec_24khz")!, 5000, 4, 6);
        using var whole = EcdcStreams.Open0(new MemoryStream(file), Geometry);
        using var piped = EcdcStreams.Open0(new PipeStream(new MemoryStream(file)), Geometry);
        Assert.True(whole.TryNextSegment(out EcdcSegment a) && piped.TryNextSegment(out EcdcSegment b) && a == b);
        ushort[] left = new ushort[a.Frames * 4];
        ushort[] right = new ushort[a.Frames * 4];
        whole.ReadFrames(left);
        piped.ReadFrames(right);

        Assert.Equal(left, right);
    }

    [Fact]
    public void Read_TrailingBytesAndPadding_AreReported()
    {
        byte[] file = WriteRandom(Geometry("encodec_24khz")!, 321, 3, 7);
        using var trailing = EcdcStreams.Open0(new MemoryStream([.. file, 1, 2, 3]), Geometry);
        Assert.Equal(3, trailing.CountTrailingBytes());

        file[^1] |= 0x80; // 2 frames of 3 codes are 60 bits: the last four are padding.
        using var dirty = EcdcStreams.Open0(new MemoryStream(file), Geometry);
        Assert.Equal("padding", Assert.Throws<BitstreamException>(() => dirty.CountTrailingBytes()).Field);
    }

    [Theory]
    [InlineData("{\"m\": \"encodec_24khz\", \"al\": 9007199254740992, \"nc\": 8, \"lm\": false}")]
    [InlineData("{\"m\": \"encodec_24khz\", \"al\": -1, \"nc\": 8, \"lm\": false}")]
    [InlineData("{\"m\": \"encodec_24khz\", \"al\": 1e3, \"nc\": 33, \"lm\": false}")]
    [InlineData("{\"m\": \"encodec_24khz\", \"al\": 1, \"nc\": 33, \"lm\": false}")]
    [InlineData("{\"m\": \"encodec_24khz\", \"al\": 1, \"nc\": 0, \"lm\": false}")]
    [InlineData("{\"m\": \"\\ud800\", \"al\": 1, \"nc\": 1, \"lm\": false}")]
    [InlineData("{\"m\": 3, \"al\": 1, \"nc\": 1, \"lm\": false}")]
    [InlineData("{\"m\": \"encodec_24khz\", \"al\": 1, \"nc\": 1, \"lm\": 0}")]
    [InlineData("{\"m\": \"encodec_24khz\", \"al\": 1, \"nc\": 1}")]
    [InlineData("[[[[[[[[[[[1]]]]]]]]]]]")]
    [InlineData("[]")]
    [InlineData("{")]
    public void Open_HostileHeader_GivesTypedErrorAndAllocatesLittle(string json)
    {
        byte[] file = [.. "ECDC\0\0\0\0"u8, (byte)json.Length, .. System.Text.Encoding.ASCII.GetBytes(json), 0, 0];
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<BitstreamException>(() => EcdcStreams.Open0(new PipeStream(new MemoryStream(file)), Geometry).CountTrailingBytes());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
    }

    [Fact]
    public void Open_NotEcdcOrOtherVersion_SaysWhatWasFound()
    {
        Assert.Contains("is empty", Assert.Throws<BitstreamException>(() => EcdcHeader.Read(new MemoryStream())).Message);
        Assert.Contains("52494646", Assert.Throws<BitstreamException>(() => EcdcHeader.Read(new MemoryStream("RIFF...."u8.ToArray()))).Message);
        Assert.Contains("version 7", Assert.Throws<BitstreamException>(() => EcdcHeader.Read(new MemoryStream("ECDC\a..."u8.ToArray()))).Message);
    }

    [Fact]
    public void Write_WrongUse_IsRefused()
    {
        using var writer = new EcdcV0Writer(new MemoryStream(), Geometry("encodec_24khz")!, 640, 2);
        Assert.Throws<ArgumentException>(() => writer.WriteFrames([1, 2]));
        writer.BeginSegment(0u);
        Assert.Throws<ArgumentException>(() => writer.WriteFrames([1]));
        Assert.Throws<ArgumentException>(() => writer.WriteFrames([1, 1024]));
        Assert.Throws<InvalidOperationException>(writer.Complete);
        Assert.Throws<InvalidOperationException>(() => writer.BeginSegment(0u));
    }

    private static EcdcGeometry? Geometry(string model) => model switch
    {
        "encodec_24khz" => EncodecConfig.Encodec24Khz.ToEcdcGeometry(),
        "encodec_48khz" => EncodecConfig.Encodec48Khz.ToEcdcGeometry(),
        _ => null,
    };

    private static byte[] WriteRandom(EcdcGeometry geometry, long length, int codebooks, int seed)
    {
        var random = new Random(seed);
        var stream = new MemoryStream();
        using var writer = new EcdcV0Writer(stream, geometry, length, codebooks);
        for (long i = 0; i < geometry.SegmentCount(length); i++)
        {
            writer.BeginSegment(random.NextSingle());
            var codes = new ushort[geometry.FrameCount(geometry.SegmentLength(i, length)) * codebooks];
            foreach (ref ushort code in codes.AsSpan())
            {
                code = (ushort)random.Next(1 << geometry.BitsPerCode);
            }

            writer.WriteFrames(codes);
        }

        writer.Complete();
        return stream.ToArray();
    }

    private static EcdcV0Header Header(string model, long lengthSamples, int codebooks, bool usesLanguageModel = false) =>
        new() { Model = model, LengthSamples = lengthSamples, Codebooks = codebooks, UsesLanguageModel = usesLanguageModel };
}
