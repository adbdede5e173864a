using System.Buffers.Binary;
using AudioCodec.Audio;

namespace AudioCodec.Tests.Audio;

/// <summary>AIFF, AIFF-C, CAF, Wave64 and AU, made and decoded by ffmpeg.</summary>
public sealed class PcmContainerTests : IDisposable
{
    private readonly FfmpegFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("aiff", "s8 s16be s24be s32be s16le f32be f64be")]
    [InlineData("w64", "u8 s16le s24le s32le f32le f64le")]
    [InlineData("caf", "s8 s16be s16le s24be s24le s32be s32le f32be f32le f64be f64le")]
    [InlineData("au", "s8 s16be s24be s32be f32be f64be")]
    public void Read_EveryEncoding_GivesWhatFfmpegDecodes(string format, string encodings)
    {
        int channels = 1;
        foreach (string encoding in encodings.Split(' '))
        {
            byte[] file = _files.Make("a." + format, 22050, channels, "-c:a", "pcm_" + encoding, "-t", "0.3");
            float[] expected = _files.Decode(file, "a." + format);

            foreach (Stream stream in new Stream[] { new MemoryStream(file), new PipeStream(file, 333) })
            {
                using AudioSource source = AudioFile.OpenStream(stream);

                Assert.IsType<PcmContainerReader>(source, exactMatch: false);
                Assert.Equal((22050, channels), (source.SampleRateHz, source.Channels));
                Assert.Equal(expected.Length / channels, source.LengthSamples);
                Assert.True(expected.AsSpan().SequenceEqual(WavBytes.ReadAll(source)), encoding);
                Assert.Empty(source.Warnings);
            }

            channels = (channels % 3) + 1;
        }
    }

    /// <summary>Written to a pipe, where sizes cannot be filled in afterwards.</summary>
    [Theory]
    [InlineData("w64", "pcm_s16le")]
    [InlineData("caf", "pcm_s16be")]
    [InlineData("au", "pcm_s16be")]
    public void Read_SizeUnknown_ReadsToTheEnd(string format, string encoding)
    {
        FfmpegFiles.Run("-f", "lavfi", "-i", $"{FfmpegFiles.Signal(2, 0.2)}:s=16000", "-c:a", encoding, "-f", format, _files["a." + format]);
        byte[] file = File.ReadAllBytes(_files["a." + format]);
        float[] expected = _files.Decode(file, "a." + format);
        switch (format)
        {
            case "w64":
                file.AsSpan(file.AsSpan().IndexOf("data"u8) + 16, 8).Clear();
                break;
            case "caf":
                file.AsSpan(file.AsSpan().IndexOf("data"u8) + 4, 8).Fill(0xFF);
                break;
            default:
                file.AsSpan(8, 4).Fill(0xFF);
                break;
        }

        foreach (Stream stream in new Stream[] { new MemoryStream(file), new PipeStream(file) })
        {
            using AudioSource source = AudioFile.OpenStream(stream);

            Assert.Equal(expected, WavBytes.ReadAll(source));
            Assert.Empty(source.Warnings);
        }
    }

    [Theory]
    [InlineData("aiff", "pcm_s16be")]
    [InlineData("aiff", "pcm_s16le")]
    [InlineData("w64", "pcm_s16le")]
    [InlineData("caf", "pcm_s16be")]
    [InlineData("au", "pcm_s16be")]
    public void Read_CutOff_GivesWhatIsThereAndAWarning(string format, string encoding)
    {
        byte[] file = _files.Make("a." + format, 16000, 2, "-c:a", encoding, "-t", "0.25");
        float[] expected = _files.Decode(file, "a." + format);

        foreach (Stream stream in new Stream[] { new MemoryStream(file[..8000]), new PipeStream(file[..8000]) })
        {
            using AudioSource source = AudioFile.OpenStream(stream);
            float[] samples = WavBytes.ReadAll(source);

            Assert.InRange(samples.Length, 3900, 3999);
            Assert.Equal(expected[..samples.Length], samples);
            Assert.Contains(source.Warnings, warning => warning.Contains("header states 4000 samples per channel", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("a.aiff", "pcm_mulaw")]
    [InlineData("a.caf", "pcm_alaw")]
    [InlineData("a.au", "pcm_mulaw")]
    [InlineData("a.w64", "pcm_mulaw")]
    public void Open_CompressedSamples_AreLeftToFfmpeg(string name, string encoding)
    {
        byte[] file = _files.Make(name, 16000, 1, "-c:a", encoding, "-t", "0.25");
        using AudioSource source = AudioFile.OpenStream(new PipeStream(file));

        Assert.IsType<FfmpegSource>(source);
        Assert.Equal(4000, WavBytes.ReadAll(source).Length);
    }

    [Theory]
    [InlineData("a.aiff", "pcm_s24be")]
    [InlineData("a.aiff", "pcm_f32be")]
    [InlineData("a.w64", "pcm_s16le")]
    [InlineData("a.caf", "pcm_s16le")]
    [InlineData("a.au", "pcm_s16be")]
    public void Read_DamagedFiles_GiveSamplesOrATypedError(string name, string encoding)
    {
        byte[] file = _files.Make(name, 8000, 1, "-c:a", encoding, "-t", "0.1");

        int read = FileDamage.TryAll(file, OpenNatively, seed: 41);

        Assert.InRange(read, 50, 299);
    }

    /// <summary>The rate of old Macintosh recordings is no whole number; the chunk of comments has an odd size.</summary>
    [Fact]
    public void Read_AiffWithAFractionalRateAndOtherChunks_IsRead()
    {
        byte[] comm = [0, 1, 0, 0, 0, 2, 0, 16, 0x40, 0x0D, 0xAD, 0xDD, 0x17, 0x45, 0xD1, 0x74, 0x5D, 0x17];
        byte[] file =
        [
            .. "FORM"u8, 0, 0, 0, 0, .. "AIFF"u8, .. "NAME"u8, 0, 0, 0, 3, 65, 66, 67, 0,
            .. "COMM"u8, 0, 0, 0, 18, .. comm, .. "SSND"u8, 0, 0, 0, 14, 0, 0, 0, 2, 0, 0, 0, 0, 9, 9, 0x40, 0, 0xC0, 0,
        ];

        using AudioSource source = AudioFile.OpenStream(new PipeStream(file));

        Assert.Equal(22255, source.SampleRateHz);
        Assert.Equal([0.5f, -0.5f], WavBytes.ReadAll(source));
    }

    [Fact]
    public void Open_ImpossibleHeaders_AreNamed()
    {
        var au = new byte[40];
        ".snd"u8.CopyTo(au);
        BinaryPrimitives.WriteInt32BigEndian(au.AsSpan(4), 12);
        au[15] = 3;
        au[19] = 100;
        au[23] = 1;
        byte[] caf = [.. "caff"u8, 0, 1, 0, 0, .. "data"u8, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0];
        byte[] aiff = [.. "FORM"u8, 0, 0, 0, 0, .. "AIFF"u8, .. "COMM"u8, 0, 0, 0, 18, .. new byte[18]];

        Assert.Contains("within the header of 24 bytes", Error(au), StringComparison.Ordinal);
        Assert.Contains("before the 'desc' chunk", Error(caf), StringComparison.Ordinal);
        Assert.Contains("it states 0 channels", Error(aiff), StringComparison.Ordinal);

        static string Error(byte[] file) => Assert.Throws<AudioFormatException>(() => AudioFile.OpenStream(new MemoryStream(file))).Message;
    }

    /// <summary>Not with ffmpeg, which would take its time for each of the damaged files.</summary>
    private static AudioSource OpenNatively(Stream stream)
    {
        var signature = new byte[NativeReaders.SignatureBytes];
        int read = stream.ReadAtLeast(signature, signature.Length, throwOnEndOfStream: false);
        Stream whole = new ReplayStream(signature[..read], stream, leaveOpen: false);
        return AiffHeader.Recognizes(signature) ? new PcmContainerReader(whole, AiffHeader.Read(whole, "-"), "-", false)
            : CafHeader.Recognizes(signature) ? new PcmContainerReader(whole, CafHeader.Read(whole, "-"), "-", false)
            : AuHeader.Recognizes(signature) ? new PcmContainerReader(whole, AuHeader.Read(whole, "-"), "-", false)
            : W64Header.Recognizes(signature) ? new WavReader(whole, W64Header.Read(whole, "-"), "-", false)
            : throw new UnsupportedAudioException("data of an unknown kind");
    }
}
