using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using AudioCodec.Audio;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Audio;

public sealed class FlacReaderTests
{
    public static TheoryData<int, int> KindsAndBits
    {
        get
        {
            var data = new TheoryData<int, int>();
            foreach (int bits in new[] { 8, 12, 16, 20, 24, 32 })
            {
                foreach (int kind in new[] { 0, 1, 8, 9, 10, 11, 12, 32, 33, 35, 39, 43, 55, 63 })
                {
                    data.Add(kind, bits);
                }
            }

            return data;
        }
    }

    [Theory]
    [InlineData("mono16-lpc.flac", 24000, 1, 16, 14400, "83433548d7d5a1c7121cd58393ed61c0")]
    [InlineData("mono16-pipe.flac", 24000, 1, 16, 14400, "83433548d7d5a1c7121cd58393ed61c0")]
    [InlineData("mono8.flac", 8000, 1, 8, 4000, "a7d3942dc226910189b81455fd2d145d")]
    [InlineData("six16-blocks-of-16.flac", 48000, 6, 16, 1440, "20d0c838ee972d131b648c28219337cd")]
    [InlineData("stereo16-ffmpeg.flac", 48000, 2, 16, 4800, "c3f8f3280b6525b00917ca915cd4f5a5")]
    [InlineData("stereo16-midside.flac", 48000, 2, 16, 19200, "2a641533e90068e1390a1b91212412d9")]
    [InlineData("stereo24.flac", 44100, 2, 24, 4410, "ca492103e189f48ce8482b7c300c3cd2")]
    [InlineData("stereo32.flac", 192000, 2, 32, 1920, "6372850af3ca0a785617a8cdf330c59e")]
    [SuppressMessage("Security", "CA5351", Justification = "A fingerprint of expected samples, no protection.")]
    public void Read_FilesOfOtherEncoders_GivesWhatTheirDecoderGives(
        string name, int sampleRateHz, int channels, int bits, int lengthSamples, string md5)
    {
        byte[] file = File.ReadAllBytes(Fixtures.Path("audio/" + name));

        foreach (Stream stream in new Stream[] { new MemoryStream(file), new PipeStream(file, 37) })
        {
            using var reader = new FlacReader(stream, name);
            float[] samples = WavBytes.ReadAll(reader, 1000);

            Assert.Equal((sampleRateHz, channels, bits), (reader.SampleRateHz, reader.Channels, reader.BitsPerSample));
            Assert.Equal(name.Contains("pipe", StringComparison.Ordinal) ? null : lengthSamples, reader.LengthSamples);
            Assert.Equal(lengthSamples * channels, samples.Length);
            Assert.Equal(md5, Convert.ToHexStringLower(MD5.HashData(MemoryMarshal.AsBytes(samples.AsSpan()))));
        }
    }

    [Theory]
    [MemberData(nameof(KindsAndBits))]
    public void Read_EverySubframeKind_IsExact(int kind, int bits)
    {
        long[] samples = kind == 0 ? [.. Enumerable.Repeat(-(1L << (bits - 1)), 192)] : Signal(192, bits, seed: kind);
        FlacCoding[] codings = kind < 8
            ? [new(kind)]
            : [new(kind), new(kind, WideParameters: true), new(kind, PartitionOrder: 2), new(kind, 1, true, WastedBits: 3), new(kind, 1, true, true)];

        foreach (FlacCoding coding in codings)
        {
            long[] kept = [.. samples.Select(sample => sample >> coding.WastedBits << coding.WastedBits)];

            // An escaped residual has at most 31 bits, which high orders on loud 32-bit signals exceed: those are halved a few times.
            kept = coding.Escape && bits == 32 ? [.. kept.Select(sample => sample >> 6)] : kept;
            AssertDecodes(FlacBytes.File(bits, 0, [kept], coding), bits, [kept]);
        }
    }

    [Theory]
    [InlineData(8, 16)]
    [InlineData(9, 16)]
    [InlineData(10, 16)]
    [InlineData(8, 32)]
    [InlineData(9, 32)]
    [InlineData(10, 32)]
    [InlineData(1, 24)]
    public void Read_EveryStereoMode_IsExactAtFullScale(int mode, int bits)
    {
        long low = -(1L << (bits - 1));
        long high = (1L << (bits - 1)) - 1;
        long[] left = [.. Signal(100, bits, seed: 1), low, high, low, high, 0, -1, 1, high];
        long[] right = [.. Signal(100, bits, seed: 2), high, low, low, high, -1, 0, high, 1];

        AssertDecodes(FlacBytes.File(bits, mode, [left, right], new FlacCoding(1)), bits, [left, right]);
        AssertDecodes(FlacBytes.File(bits, mode, [left, right], new FlacCoding(9, WideParameters: true)), bits, [left, right]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(8)]
    public void Read_EveryChannelCount_IsExact(int channels)
    {
        long[][] samples = [.. Enumerable.Range(0, channels).Select(channel => Signal(50, 16, seed: channel))];

        AssertDecodes(FlacBytes.File(16, channels - 1, samples, new FlacCoding(9), new FlacCoding(1)), 16, samples);
    }

    [Fact]
    public void Read_VariableBlocksOfEverySize_AreJoined()
    {
        int[] sizes = [16, 192, 576, 1152, 2304, 4608, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65535, 100, 300, 1];
        long[] samples = Signal(sizes.Sum(), 16, seed: 7);
        var file = new List<byte>(FlacBytes.Header(24000, 16, [samples]));
        int at = 0;
        foreach (int size in sizes)
        {
            file.AddRange(FlacBytes.Frame(16, at, true, 0, [samples[at..(at + size)]], [new FlacCoding(size > 2 ? 10 : 1)]));
            at += size;
        }

        AssertDecodes([.. file], 16, [samples]);
    }

    /// <summary>
    /// Encoders from before 2007 number frames by samples without the bit that says so; other headers state blocks of one size where they vary.
    /// </summary>
    [Theory]
    [InlineData(false, true, 16, 65535)]
    [InlineData(false, true, 576, 576)]
    [InlineData(true, true, 4096, 4096)]
    [InlineData(true, true, 8192, 8192)]
    [InlineData(true, false, 16, 65535)]
    [InlineData(false, false, 16, 65535)]
    public void Read_FrameNumbersOfEitherKind_AreFollowed(bool variableBit, bool countSamples, int least, int most)
    {
        int[] sizes = [576, 192, 4608, 1152, 300];
        long[] samples = Signal(sizes.Sum(), 16, seed: 20);
        var file = new List<byte>(FlacBytes.Header(24000, 16, [samples]));
        BinaryPrimitives.WriteUInt16BigEndian(CollectionsMarshal.AsSpan(file)[8..], (ushort)least);
        BinaryPrimitives.WriteUInt16BigEndian(CollectionsMarshal.AsSpan(file)[10..], (ushort)most);
        int at = 0;
        for (int i = 0; i < sizes.Length; i++)
        {
            file.AddRange(FlacBytes.Frame(16, countSamples ? at : i, variableBit, 0, [samples[at..(at + sizes[i])]], [new FlacCoding(10)]));
            at += sizes[i];
        }

        AssertDecodes([.. file], 16, [samples]);
        if (FfmpegSource.Locate() is not null && most >= sizes.Max())
        {
            // ffmpeg leaves out blocks over the size that the header states.
            using var temporary = new TemporaryFolder();
            File.WriteAllBytes(temporary["a.flac"], [.. file]);
            using FfmpegSource other = FfmpegSource.FromFile(temporary["a.flac"]);
            Assert.Equal(samples.Select(sample => sample / 32768f), WavBytes.ReadAll(other));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_AFrameIsMissingAmongNumberedSamples_IsFound(bool variableBit)
    {
        long[] samples = Signal(1000, 16, seed: 21);
        byte[] file =
        [
            .. FlacBytes.Header(24000, 16, [samples]),
            .. new[] { 0, 300, 700 }.SelectMany(at => FlacBytes.Frame(16, at, variableBit, 0, [samples[at..(at + 300)]], [new FlacCoding(10)])),
        ];

        using var reader = new FlacReader(new MemoryStream(file));

        Assert.Contains("700 where 600 was expected", Assert.Throws<AudioFormatException>(() => WavBytes.ReadAll(reader)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_UnknownLengthBetweenTags_EndsAtTheTag()
    {
        long[] samples = Signal(300, 16, seed: 8);
        byte[] frame = FlacBytes.Frame(16, 0, false, 0, [samples], [new FlacCoding(10)]);
        byte[] id3 = [.. "ID3"u8, 4, 0, 0, 0, 0, 1, 2, .. new byte[130]];
        byte[] tag = [.. "TAG"u8, .. new byte[125]];
        byte[] file = [.. id3, .. FlacBytes.Header(24000, 16, [samples], withLength: false), .. frame, .. tag];

        foreach (Stream stream in new Stream[] { new MemoryStream(file), new PipeStream(file, 7) })
        {
            using AudioSource source = AudioFile.OpenStream(stream);
            Assert.IsType<FlacReader>(source);
            Assert.Equal(samples.Select(sample => sample / 32768f), WavBytes.ReadAll(source));
        }
    }

    [Fact]
    public void Read_NoSamples_IsEmpty()
    {
        using var reader = new FlacReader(new MemoryStream(FlacBytes.Header(24000, 16, [[]])));

        Assert.Equal(0, reader.Read(new float[10]));
    }

    [Theory]
    [InlineData("crc")]
    [InlineData("missing frame")]
    [InlineData("no frame")]
    [InlineData("too many")]
    [InlineData("not flac")]
    public void Read_Damage_IsFoundAndNamed(string kind)
    {
        long[] samples = Signal(300, 16, seed: 9);
        byte[] header = FlacBytes.Header(24000, 16, [samples]);
        byte[][] frames = [.. Enumerable.Range(0, 3).Select(i =>
            FlacBytes.Frame(16, i, false, 0, [samples[(100 * i)..(100 * (i + 1))]], [new FlacCoding(10)]))];
        byte[] damagedFrame = (byte[])frames[1].Clone();
        damagedFrame[40] ^= 1;
        (byte[] file, string message) = kind switch
        {
            "crc" => ((byte[])[.. header, .. frames[0], .. damagedFrame, .. frames[2]], "frame at byte"),
            "missing frame" => ([.. header, .. frames[0], .. frames[2]], "frame number 2 where 1 was expected"),
            "no frame" => ([.. header, .. frames[0][..^1]], "300 samples per channel, it holds none"),
            "too many" => ([.. FlacBytes.Header(24000, 16, [samples[..150]]), .. frames[0], .. frames[1]], "more than the 150"),
            _ => ([.. "OggS"u8, .. header], "fLaC"),
        };

        var error = Assert.Throws<AudioFormatException>(() =>
        {
            using var reader = new FlacReader(new PipeStream(file), "in.flac");
            WavBytes.ReadAll(reader);
        });

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal("in.flac", error.Path);
    }

    [Theory]
    [InlineData(300, 0, 300, null)]
    [InlineData(300, 1, 200, "states 300 samples per channel, it holds 200.")]
    [InlineData(200, 0, 200, "states 300 samples per channel, it holds 200.")]
    [InlineData(200, 5, 100, "states 300 samples per channel, it holds 100.")]
    public void Read_CutOff_GivesTheWholeFramesAndAWarning(int framesEnd, int bytesLess, int expected, string? warning)
    {
        long[] samples = Signal(300, 16, seed: 9);
        byte[] frames = [.. Enumerable.Range(0, framesEnd / 100).SelectMany(i =>
            FlacBytes.Frame(16, i, false, 0, [samples[(100 * i)..(100 * (i + 1))]], [new FlacCoding(10)]))];
        foreach (bool withLength in new[] { true, false })
        {
            byte[] file = [.. FlacBytes.Header(24000, 16, [samples], withLength), .. frames[..^bytesLess]];
            using var reader = new FlacReader(new PipeStream(file));

            float[] decoded = WavBytes.ReadAll(reader);

            Assert.Equal(samples.Take(expected).Select(sample => sample / 32768f), decoded);
            string? stated = withLength || warning is null ? warning
                : bytesLess == 0 ? "MD5 checksum"
                : $"ends within a frame, after {expected} samples per channel";
            Assert.Equal(stated is null ? 0 : 1, reader.Warnings.Count);
            Assert.All(reader.Warnings, text => Assert.Contains(stated!, text, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Read_OtherMd5_GivesTheSamplesAndAWarning()
    {
        long[] samples = Signal(300, 16, seed: 9);
        byte[] file = FlacBytes.File(16, 0, [samples], new FlacCoding(10));
        file[41] ^= 1;
        using var reader = new FlacReader(new MemoryStream(file));

        Assert.Equal(samples.Select(sample => sample / 32768f), WavBytes.ReadAll(reader));
        Assert.Contains("MD5", Assert.Single(reader.Warnings), StringComparison.Ordinal);
    }

    /// <summary>A loud tone with noise, within the range of the bits.</summary>
    internal static long[] Signal(int count, int bits, int seed)
    {
        var random = new Random(seed);
        double full = (1L << (bits - 1)) - 1;
        return [.. Enumerable.Range(0, count).Select(t => (long)Math.Round(full * ((0.6 * Math.Sin(0.1 * t)) + (0.1 * (random.NextDouble() - 0.5)))))];
    }

    private static void AssertDecodes(byte[] file, int bits, long[][] samples)
    {
        using var reader = new FlacReader(new MemoryStream(file));
        float[] decoded = WavBytes.ReadAll(reader);

        Assert.Equal(samples[0].Length * samples.Length, decoded.Length);
        for (int t = 0; t < samples[0].Length; t++)
        {
            for (int channel = 0; channel < samples.Length; channel++)
            {
                float expected = (float)samples[channel][t] / (1L << (bits - 1));
                Assert.True(expected == decoded[(t * samples.Length) + channel], $"sample {t} of channel {channel}");
            }
        }
    }
}
