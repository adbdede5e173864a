using AudioCodec.Audio;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Audio;

public sealed class AudioFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("audiocodec-tests-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Open_WavUnderAnyName_IsRecognizedByContent()
    {
        string path = Write("tone.mp3", Wav([0, 16384], 8000));

        using AudioSource source = AudioFile.Open(path);

        Assert.IsType<WavReader>(source);
        Assert.Equal([0, 0.5f], WavBytes.ReadAll(source));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OpenStream_WavAndFlac_AreReadFromFilesAndPipes(bool pipe)
    {
        byte[] flac = File.ReadAllBytes(Fixtures.Path("audio/mono8.flac"));
        byte[] wav = Wav([1, 2, 3], 24000);

        using AudioSource fromFlac = AudioFile.OpenStream(pipe ? new PipeStream(flac, 5) : new MemoryStream(flac));
        using AudioSource fromWav = AudioFile.OpenStream(pipe ? new PipeStream(wav, 5) : new MemoryStream(wav));

        Assert.Equal(4000, WavBytes.ReadAll(fromFlac).Length);
        Assert.Equal(3, WavBytes.ReadAll(fromWav).Length);
    }

    [Fact]
    public void ReadAll_Stereo_IsPlanar()
    {
        byte[] file = WavBytes.File(WavBytes.Format(1, 2, 8000, 16), WavBytes.Chunk("data", WavBytes.Pcm16(0, 16384, -16384, -32768)));

        AudioBuffer buffer = AudioFile.ReadAll(Write("in.wav", file));

        Assert.Equal((2, 8000, 2), (buffer.Channels, buffer.SampleRateHz, buffer.LengthSamples));
        Assert.Equal([0, -0.5f, 0.5f, -1], buffer.Samples);
    }

    [Fact]
    public void ReadAll_FlacWithABlockLargerThanTheBuffer_EqualsTheReader()
    {
        string path = Fixtures.Path("audio/stereo16-midside.flac");
        using var reader = new FlacReader(File.OpenRead(path));
        float[] interleaved = WavBytes.ReadAll(reader);

        AudioBuffer buffer = AudioFile.ReadAll(path);

        Assert.Equal(interleaved.Where((_, i) => i % 2 == 1), buffer.Channel(1).ToArray());
    }

    [Theory]
    [InlineData(0, 44100, 0)]
    [InlineData(1, 44100, 1)]
    [InlineData(44100, 44100, 24000)]
    [InlineData(800, 8000, 2400)]
    [InlineData(19201, 192000, 2401)]
    public void OpenConverted_AnyRate_GivesTheExpectedLength(int samples, int sampleRateHz, int expected)
    {
        string path = Write("in.wav", Wav([.. Enumerable.Repeat((short)8192, samples)], sampleRateHz));

        using AudioSource source = AudioFile.OpenConverted(path, 24000, 1);
        float[] converted = WavBytes.ReadAll(source, 100);

        Assert.Equal(expected, source.LengthSamples);
        Assert.Equal(expected, converted.Length);
        Assert.Equal(24000, source.SampleRateHz);
        if (expected > 1000)
        {
            Assert.Equal(0.25f, converted[expected / 2], 4);
        }
    }

    [Fact]
    public void OpenConverted_StereoIntoMono_AveragesAndWarns()
    {
        byte[] file = WavBytes.File(WavBytes.Format(1, 2, 24000, 16), WavBytes.Chunk("data", WavBytes.Pcm16(16384, 0, -16384, -16384)));

        using AudioSource source = AudioFile.OpenConverted(Write("in.wav", file), 24000, 1);

        Assert.Equal([0.25f, -0.5f], WavBytes.ReadAll(source));
        Assert.Contains("2 channels were mixed down to 1", Assert.Single(source.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void OpenConverted_MonoIntoStereoAtAnotherRate_DuplicatesTheResampled()
    {
        string path = Write("in.wav", Wav([.. Enumerable.Range(0, 500).Select(i => (short)(i * 31 % 999))], 24000));

        using AudioSource mono = AudioFile.OpenConverted(path, 48000, 1);
        using AudioSource stereo = AudioFile.OpenConverted(path, 48000, 2);

        Assert.Equal(WavBytes.ReadAll(mono).SelectMany(sample => new[] { sample, sample }), WavBytes.ReadAll(stereo));
        Assert.Empty(stereo.Warnings);
    }

    [Fact]
    public void OpenConverted_AbsurdRate_IsATypedError()
    {
        string path = Write("in.wav", Wav([0], 1));

        Assert.Throws<AudioFormatException>(() => AudioFile.OpenConverted(path, 48000, 1));
    }

    [Fact]
    public void Open_EmptyFile_SaysSo()
    {
        var error = Assert.Throws<AudioFormatException>(() => AudioFile.Open(Write("in.wav", [])));

        Assert.Contains("is empty", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NoSuchFile_IsAnInputOutputError() =>
        Assert.Throws<FileNotFoundException>(() => AudioFile.Open(Path.Combine(_folder.FullName, "none.wav")));

    [Theory]
    [InlineData("tone.mp3", false)]
    public void Open_OtherFormats_ComeThroughFfmpeg(string name, bool pipe)
    {
        SkipWithoutFfmpeg();
        byte[] file = File.ReadAllBytes(Fixtures.Path("audio/" + name));
        float[] original = AudioFile.ReadAll(Fixtures.Path("audio/mono16-lpc.flac")).Samples[..7200];

        using AudioSource source = pipe ? AudioFile.OpenStream(new PipeStream(file)) : AudioFile.Open(Fixtures.Path("audio/" + name));
        float[] decoded = WavBytes.ReadAll(source);

        Assert.Equal((24000, 1), (source.SampleRateHz, source.Channels));
        Assert.InRange(decoded.Length, 7200, 7500);
        double dot = Enumerable.Range(0, 7200).Sum(t => (double)original[t] * decoded[t]);
        double norms = Math.Sqrt(original.Sum(x => (double)x * x) * decoded.Sum(x => (double)x * x));
        Assert.True(dot / norms > 0.9, $"correlation {dot / norms:F3} with the signal before encoding");
    }

    [Theory]
    [InlineData("file")]
    [InlineData("stream")]
    [InlineData("pipe")]
    public void Open_CompressedWav_ComesThroughFfmpeg(string kind)
    {
        SkipWithoutFfmpeg();

        // A-law: 0xD5 is the smallest positive value, 0xAA the largest.
        byte[] file = WavBytes.File(WavBytes.Format(6, 1, 8000, 8), WavBytes.Chunk("data", 0xD5, 0xAA, 0x2A));

        using AudioSource source = kind switch
        {
            "file" => AudioFile.Open(Write("alaw.wav", file)),
            "stream" => AudioFile.OpenStream(new MemoryStream(file)),
            _ => AudioFile.OpenStream(new PipeStream(file, 5)),
        };
        float[] samples = WavBytes.ReadAll(source);

        Assert.Equal([0, 0.98f, -0.98f], samples.Select(sample => MathF.Round(sample, 2)));
    }

    [Fact]
    public void Open_NoAudio_GivesWhatFfmpegSaysAboutIt()
    {
        SkipWithoutFfmpeg();

        var error = Assert.Throws<AudioFormatException>(() => AudioFile.Open(Write("-notes.txt", [.. "This is a text, and no audio at all."u8])));

        Assert.Contains("Invalid data", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_PlaylistOfANetworkAddress_ReachesNoNetwork()
    {
        SkipWithoutFfmpeg();
        using var server = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        server.Start();
        int port = ((System.Net.IPEndPoint)server.LocalEndpoint).Port;
        string playlist = $"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:{port}/a.ts\n#EXT-X-ENDLIST\n";
        string path = Write("list.m3u8", System.Text.Encoding.ASCII.GetBytes(playlist));

        Assert.Throws<AudioFormatException>(() => AudioFile.ReadAll(path));

        Assert.False(server.Pending());
    }

    [Fact]
    public void Dispose_BeforeTheEnd_EndsFfmpeg()
    {
        SkipWithoutFfmpeg();
        AudioSource source = AudioFile.Open(Write("alaw.wav", WavBytes.File(WavBytes.Format(6, 1, 8000, 8), WavBytes.Chunk("data", new byte[1 << 20]))));
        source.Read(new float[10]);

        source.Dispose();

        Assert.IsType<FfmpegSource>(source);
        Assert.False(((FfmpegSource)source).IsRunning);
    }

    [Fact]
    public void Locate_SearchesOnlyTheGivenFolders()
    {
        string name = OperatingSystem.IsWindows() ? "ffmpeg.exe" : "ffmpeg";
        string program = Write(name, [0]);

        Assert.Equal(program, FfmpegSource.Locate(string.Join(Path.PathSeparator, "/nowhere", _folder.FullName)));
        Assert.Null(FfmpegSource.Locate("." + Path.PathSeparator + "/nowhere"));
        Assert.Null(FfmpegSource.Locate(null));
    }

    [Fact]
    public void FindAll_Folder_GivesFilesWithKnownExtensionsInOrder()
    {
        _folder.CreateSubdirectory("b");
        string[] expected = [Write("a.FLAC", []), Write(Path.Combine("b", "c.opus"), [])];
        Write("notes.txt", []);
        Assert.Equal(expected, AudioFile.FindAll(_folder.FullName));
    }

    private static void SkipWithoutFfmpeg() =>
        Assert.SkipWhen(FfmpegSource.Locate() is null, "ffmpeg is not on the PATH.");

    private static byte[] Wav(short[] samples, int sampleRateHz) =>
        WavBytes.File(WavBytes.Format(1, 1, sampleRateHz, 16), WavBytes.Chunk("data", WavBytes.Pcm16(samples)));

    private string Write(string name, byte[] content)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
