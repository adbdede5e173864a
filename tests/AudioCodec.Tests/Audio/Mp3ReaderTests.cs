using System.Buffers.Binary;
using System.Text;
using AudioCodec.Audio;
using AudioCodec.Audio.Mp3;
using AudioCodec.Audio.Tags;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Audio;

public sealed class Mp3ReaderTests : IDisposable
{
    private readonly FfmpegFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(11025, 1, "-q:a 4")]
    [InlineData(16000, 2, "-b:a 64k")]
    [InlineData(22050, 1, "-b:a 32k -write_xing 0")]
    [InlineData(22050, 2, "-q:a 2")]
    [InlineData(24000, 1, "-q:a 4")]
    [InlineData(24000, 2, "-b:a 160k -joint_stereo 0")]
    [InlineData(32000, 1, "-b:a 320k")]
    [InlineData(32000, 2, "-q:a 0")]
    [InlineData(44100, 1, "-b:a 128k -id3v2_version 0")]
    [InlineData(44100, 2, "-q:a 4")]
    [InlineData(44100, 2, "-b:a 96k -write_xing 0 -id3v2_version 0")]
    [InlineData(48000, 1, "-abr 1 -b:a 80k")]
    [InlineData(48000, 2, "-q:a 4 -write_id3v1 1 -metadata title=x")]
    public void Read_FilesOfLame_GivesWhatFfmpegDecodes(int sampleRateHz, int channels, string codec)
    {
        byte[] file = _files.Make("a.mp3", sampleRateHz, channels, ["-c:a", "libmp3lame", .. codec.Split(' ')]);
        float[] expected = _files.Decode(file, "a.mp3");

        foreach (Stream stream in new Stream[] { new MemoryStream(file), new PipeStream(file, 37) })
        {
            using AudioSource source = AudioFile.OpenStream(stream);
            long? stated = source.LengthSamples;
            float[] samples = WavBytes.ReadAll(source);

            Assert.IsType<Mp3Reader>(source);
            Assert.Equal((sampleRateHz, channels), (source.SampleRateHz, source.Channels));
            Assert.Equal(expected.Length, samples.Length);
            Assert.Equal(samples.Length / channels, source.LengthSamples);
            Assert.True(stated is null == codec.Contains("xing", StringComparison.Ordinal) && (stated is null || stated == source.LengthSamples));
            Assert.True(Snr(expected, samples) > 100, $"{Snr(expected, samples):F1} dB");
            Assert.Empty(source.Warnings);
        }
    }

    /// <summary>Needs no ffmpeg.</summary>
    [Fact]
    public void Open_AnMp3File_GivesTheSignalThatWasEncoded()
    {
        using AudioSource flac = AudioFile.Open(Fixtures.Path("audio/mono16-lpc.flac"));
        using AudioSource mp3 = AudioFile.Open(Fixtures.Path("audio/tone.mp3"));
        float[] original = WavBytes.ReadAll(flac)[..7200];

        float[] samples = WavBytes.ReadAll(mp3);

        Assert.IsType<Mp3Reader>(mp3);
        Assert.Equal(7200, samples.Length);
        Assert.True(Snr(original, samples) > 10, $"{Snr(original, samples):F1} dB");
    }

    [Fact]
    public void Read_TagsBeforeBehindAndZerosBetween_ChangesNothing()
    {
        byte[] mp3 = Tone();
        byte[] picture = [.. "ID3"u8, 3, 0, 0, 0, 6, 0x11, 0x70, .. new byte[(6 << 14) + (0x11 << 7) + 0x70]];
        byte[] apeItems = [1, 0, 0, 0, 0, 0, 0, 0, .. "Title"u8, 0, 0xFF];
        byte[] ape = [.. Ape(apeItems.Length + 32, header: true), .. apeItems, .. Ape(apeItems.Length + 32, header: false)];
        byte[] id3V1 = [.. "TAG"u8, .. Enumerable.Repeat((byte)0xFF, 125)];
        byte[][] files = [[.. picture, .. mp3, .. id3V1], [.. picture, .. new byte[700], .. mp3], [.. ape, .. mp3, .. ape, .. id3V1], [.. id3V1, .. picture, .. mp3]];

        foreach (byte[] file in files)
        {
            foreach (Stream stream in new Stream[] { new MemoryStream(file), new PipeStream(file, 500) })
            {
                using AudioSource source = AudioFile.OpenStream(stream);

                Assert.Equal(ReadTone(), WavBytes.ReadAll(source));
                Assert.Empty(source.Warnings);
            }
        }
    }

    [Fact]
    public void Read_CutOff_GivesTheWholeFramesAndAWarning()
    {
        byte[] mp3 = Tone();
        float[] whole = ReadTone();
        foreach (int bytes in new[] { 900, 800, 500 })
        {
            using var reader = new Mp3Reader(new PipeStream(mp3[..bytes]));

            float[] samples = WavBytes.ReadAll(reader);

            Assert.InRange(samples.Length, 1, whole.Length - 1);
            Assert.Equal(whole[..samples.Length], samples);
            Assert.Contains($"states 7200 samples per channel, it holds {samples.Length}.", Assert.Single(reader.Warnings), StringComparison.Ordinal);
            Assert.Equal(samples.Length, reader.LengthSamples);
        }
    }

    [Fact]
    public void Read_NothingButTheTagFrame_IsAnError()
    {
        using var reader = new Mp3Reader(new MemoryStream(Tone()[..(FrameStarts(Tone())[1] + 10)]), "in.mp3");

        Assert.Contains("states 7200 samples", Assert.Throws<AudioFormatException>(() => WavBytes.ReadAll(reader)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BytesBetweenFrames_ArePassedOverWithAWarning()
    {
        byte[] mp3 = Tone();
        int third = FrameStarts(mp3)[4];
        byte[] file = [.. mp3[..third], .. Encoding.ASCII.GetBytes("what is this"), .. mp3[third..]];
        using var reader = new Mp3Reader(new MemoryStream(file));

        Assert.Equal(ReadTone(), WavBytes.ReadAll(reader));
        Assert.Contains("12 bytes are no MP3 frames", Assert.Single(reader.Warnings), StringComparison.Ordinal);
    }

    /// <summary>The side information of a frame is made impossible: that frame becomes silence, and those far from it stay.</summary>
    [Fact]
    public void Read_AFrameThatCannotBeDecoded_BecomesSilence()
    {
        byte[] mp3 = Tone();
        int frame = FrameStarts(mp3)[6];
        mp3.AsSpan(frame + 5, 8).Fill(0xFF);
        using var reader = new Mp3Reader(new MemoryStream(mp3));
        float[] whole = ReadTone();

        float[] samples = WavBytes.ReadAll(reader);

        Assert.Equal(whole.Length, samples.Length);
        Assert.Equal(whole[..1000], samples[..1000]);
        Assert.NotEqual(whole, samples);
        Assert.Contains("frames are damaged", Assert.Single(reader.Warnings), StringComparison.Ordinal);
    }

    /// <summary>A stream that is joined in its middle needs bytes of frames that are not there.</summary>
    [Fact]
    public void Read_FromTheMiddle_BeginsWithSilence()
    {
        byte[] mp3 = Tone();
        using var reader = new Mp3Reader(new MemoryStream(mp3[FrameStarts(mp3)[5]..]));

        float[] samples = WavBytes.ReadAll(reader);

        Assert.Equal(576 * (FrameStarts(mp3).Count - 5), samples.Length);

        // Behind the tag's frame and four others, less the delay of encoder and decoder; four frames are silent, and overlap the next one.
        const int Skipped = (4 * 576) - 1105;
        Assert.True(Snr(ReadTone()[5000..], samples[(5000 - Skipped)..(7200 - Skipped)]) > 100);
        Assert.Contains("missing", Assert.Single(reader.Warnings), StringComparison.Ordinal);
    }

    /// <summary>Two files one behind the other: the second one's tag is a frame of silence.</summary>
    [Fact]
    public void Read_FilesJoined_GivesBoth()
    {
        byte[] mp3 = Tone();
        using var reader = new Mp3Reader(new MemoryStream([.. mp3, .. mp3]));

        float[] samples = WavBytes.ReadAll(reader);

        float[] whole = ReadTone();
        Assert.InRange(samples.Length, 2 * whole.Length, (2 * whole.Length) + 3000);
        Assert.Equal(whole, samples[..whole.Length]);
        Assert.Equal(samples.Length, reader.LengthSamples);
    }

    [Theory]
    [InlineData(44100, 2)]
    [InlineData(24000, 1)]
    public void Read_ChannelsOrRateChange_AreJoinedOrRefused(int sampleRateHz, int channels)
    {
        byte[] first = _files.Make("a.mp3", 44100, 1, "-c:a", "libmp3lame", "-write_xing", "0", "-id3v2_version", "0");
        byte[] second = _files.Make("b.mp3", sampleRateHz, channels, "-c:a", "libmp3lame", "-write_xing", "0", "-id3v2_version", "0");
        using var reader = new Mp3Reader(new MemoryStream([.. first, .. second]), "in.mp3");
        using var single = new Mp3Reader(new MemoryStream(first));

        if (sampleRateHz != 44100)
        {
            var error = Assert.Throws<AudioFormatException>(() => WavBytes.ReadAll(reader));
            Assert.Contains($"from 44100 Hz to {sampleRateHz} Hz at byte {first.Length}", error.Message, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(2 * WavBytes.ReadAll(single).Length, WavBytes.ReadAll(reader).Length);
    }

    [Fact]
    public void Open_FreeFormatAnd8Khz_AreLeftToFfmpeg()
    {
        byte[] free = Tone();
        foreach (int start in FrameStarts(free))
        {
            free[start + 2] &= 0x0F;
        }

        byte[] slow = _files.Make("a.mp3", 8000, 1, "-c:a", "libmp3lame");

        Assert.Throws<UnsupportedAudioException>(() => new Mp3Reader(new MemoryStream(free[FrameStarts(Tone())[0]..])));
        Assert.Throws<UnsupportedAudioException>(() => new Mp3Reader(new MemoryStream(slow)));
        foreach (Stream stream in new Stream[] { new MemoryStream(slow), new PipeStream(slow) })
        {
            using AudioSource source = AudioFile.OpenStream(stream);
            Assert.IsType<FfmpegSource>(source);
            Assert.InRange(WavBytes.ReadAll(source).Length, 12000, 14000);
        }
    }

    /// <summary>A tag of Fraunhofer's encoder, which knows no padding, and one that covers a frame with a checksum.</summary>
    [Theory]
    [InlineData(true, 36)]
    [InlineData(false, 36)]
    [InlineData(false, 38)]
    public void ReadTag_OfEveryKind_StatesTheFrames(bool vbri, int offset)
    {
        byte[] frame = new byte[417];
        new byte[] { 0xFF, offset == 38 ? (byte)0xFA : (byte)0xFB, 0x90, 0x00 }.CopyTo(frame, 0);
        (vbri ? "VBRI"u8 : "Xing"u8).CopyTo(frame.AsSpan(offset));
        frame[offset + 7] = 1;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(offset + (vbri ? 14 : 8)), 1234);
        Assert.True(Mp3FrameHeader.TryRead(frame, out Mp3FrameHeader header));

        Assert.Equal(new Mp3Tag(1234, 0, 0), Mp3Tag.Read(header, frame));
        Assert.Equal(417, header.FrameBytes);
    }

    [Fact]
    public void Read_DamagedFiles_GiveSamplesOrATypedError()
    {
        int read = FileDamage.TryAll(Tone(), stream => new Mp3Reader(stream), seed: 31);

        // Most damage costs some frames only.
        Assert.InRange(read, 200, 299);
    }

    [Fact]
    public void Read_NoiseBehindAFrame_EndsSoon()
    {
        var random = new Random(32);
        byte[] noise = new byte[1 << 20];
        random.NextBytes(noise);
        using var reader = new Mp3Reader(new MemoryStream([.. Tone(), .. noise]));

        Assert.Equal(ReadTone(), WavBytes.ReadAll(reader)[..7200]);
        Assert.Throws<UnsupportedAudioException>(() => new Mp3Reader(new MemoryStream(noise)));
    }

    private static byte[] Tone() => File.ReadAllBytes(Fixtures.Path("audio/tone.mp3"));

    private static float[] ReadTone()
    {
        using var reader = new Mp3Reader(new MemoryStream(Tone()));
        return WavBytes.ReadAll(reader);
    }

    private static byte[] Ape(int size, bool header)
    {
        var bytes = new byte[32];
        "APETAGEX"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), 2000);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), size);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(20), header ? 0xA0000000 : 0x80000000);
        return bytes;
    }

    private static List<int> FrameStarts(byte[] mp3)
    {
        var starts = new List<int>();
        for (int at = (int)AudioTags.Measure(mp3); at + 4 < mp3.Length && Mp3FrameHeader.TryRead(mp3.AsSpan(at), out Mp3FrameHeader header); at += header.FrameBytes)
        {
            starts.Add(at);
        }

        return starts;
    }

    private static double Snr(float[] expected, float[] actual)
    {
        double error = expected.Zip(actual, (a, b) => Math.Pow(a - b, 2)).Sum();
        return 10 * Math.Log10(expected.Sum(a => (double)a * a) / error);
    }
}
