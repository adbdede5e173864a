using AudioCodec.Audio;
using NAudio.Wave;

namespace AudioCodec.NAudio.Tests;

public sealed class EcdcFileReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Read_WholeFile_EqualsOpenAudio(int channels)
    {
        using Codec codec = Recordings.LoadCodec(_folder, channels);
        byte[] file = Recordings.Compressed(codec);
        float[] expected = Recordings.Decoded(codec, file);
        using var reader = new EcdcFileReader(new MemoryStream(file), codec);
        Assert.Equal(WaveFormat.CreateIeeeFloatWaveFormat(codec.Info.SampleRateHz, channels), reader.WaveFormat);
        Assert.Equal(expected.Length * sizeof(float), reader.Length);
        Assert.Equal(Recordings.LengthSamples / 8000.0, reader.TotalTime.TotalSeconds, 6);
        Assert.Equal(Recordings.LengthSamples, reader.Info.LengthSamples);
        Assert.Null(reader.FileName);

        // Players play silence for what a read leaves of their buffer: one call has to give it all.
        var samples = new float[expected.Length];
        Assert.Equal(samples.Length, reader.Read(samples));
        Assert.Equal(expected, samples);
        Assert.Equal(reader.Length, reader.Position);
        Assert.Equal(reader.TotalTime, reader.CurrentTime);
        Assert.Equal(0, reader.Read(samples.AsSpan()));
        Assert.Equal(0, reader.Read(new byte[64], 0, 64));
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(1, 1023)]
    [InlineData(1, 30_002)]
    [InlineData(2, 11)]
    [InlineData(2, 4097)]
    public void Read_BytesInOddSizes_EqualsOpenAudio(int channels, int size)
    {
        using Codec codec = Recordings.LoadCodec(_folder, channels);
        byte[] file = Recordings.Compressed(codec);
        float[] expected = Recordings.Decoded(codec, file);
        using var reader = new EcdcFileReader(new MemoryStream(file), codec);
        int whole = size / reader.BlockAlign * reader.BlockAlign;
        using var bytes = new MemoryStream();
        var buffer = new byte[size + 3];
        for (int read = reader.Read(buffer, 3, size); read > 0; read = reader.Read(buffer, 3, size))
        {
            bytes.Write(buffer, 3, read);
            Assert.Equal(bytes.Length, reader.Position);
            Assert.True(read == whole || bytes.Length == reader.Length, $"{read} bytes of {whole} at {bytes.Length}.");
        }

        Assert.Equal(expected, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes.ToArray()).ToArray());
    }

    [Fact]
    public void Read_BufferWithoutRoomForASample_IsRefused()
    {
        using Codec codec = Recordings.LoadCodec(_folder, channels: 2);
        using var reader = new EcdcFileReader(new MemoryStream(Recordings.Compressed(codec, 800)), codec);
        Assert.Throws<ArgumentException>(() => reader.Read(new float[1]));
        Assert.Throws<ArgumentException>(() => reader.Read(new byte[7]));
        Assert.Equal(0, reader.Read(Span<float>.Empty));
        Assert.Equal(2, reader.Read(new float[3]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void CurrentTime_Set_GoesOnThere(int channels)
    {
        using Codec codec = Recordings.LoadCodec(_folder, channels);
        byte[] file = Recordings.Compressed(codec, options: new CompressionOptions { ChunkSeconds = 0.5 });
        float[] linear = Recordings.Decoded(codec, file);
        using var reader = new EcdcFileReader(new MemoryStream(file), codec);
        var samples = new float[2000 * channels];
        foreach (double seconds in new[] { 3.001, 0.25, 4.75, 2, 1.99975 })
        {
            reader.CurrentTime = TimeSpan.FromSeconds(seconds);
            Assert.Equal(seconds, reader.CurrentTime.TotalSeconds, 6);
            Assert.Equal(samples.Length, reader.Read(samples.AsSpan()));
            int start = (int)Math.Round(seconds * 8000) * channels;
            AssertNear(linear.AsSpan(start, samples.Length), samples);
            Assert.Equal((start + samples.Length) * sizeof(float), reader.Position);
        }

        reader.Position = 0;
        Assert.Equal(samples.Length, reader.Read(samples.AsSpan()));
        Assert.Equal(linear[..samples.Length], samples);
    }

    [Fact]
    public void Position_Set_IsHeldWithinTheAudioAndRoundedDown()
    {
        using Codec codec = Recordings.LoadCodec(_folder, channels: 2);
        using var reader = new EcdcFileReader(new MemoryStream(Recordings.Compressed(codec, 8000)), codec);
        reader.Position = 8007;
        Assert.Equal(8000, reader.Position);
        reader.Position = long.MaxValue;
        Assert.Equal(reader.Length, reader.Position);
        Assert.Equal(0, reader.Read(new float[8].AsSpan()));
        Assert.Equal(64_000 - 80, reader.Seek(-80, SeekOrigin.End));
        Assert.Equal(80, reader.Read(new byte[4096]));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Position = -8);
    }

    /// <summary>Where nothing moves, nothing is decoded anew: the samples stay those of uninterrupted decoding.</summary>
    [Fact]
    public void Position_SetToWhereItIs_DoesNotSeek()
    {
        using Codec codec = Recordings.LoadCodec(_folder, channels: 1);
        byte[] file = Recordings.Compressed(codec);
        using var reader = new EcdcFileReader(new MemoryStream(file), codec);
        var samples = new float[Recordings.LengthSamples];
        Assert.Equal(9001, reader.Read(samples.AsSpan(0, 9001)));
        reader.Position = 123;
        reader.Position = 0;
        Assert.Equal(9001, reader.Read(samples.AsSpan(0, 9001)));
        reader.Position += 3;
        Assert.Equal(31_000, reader.Read(samples.AsSpan(9001)));
        Assert.Equal(Recordings.Decoded(codec, file), samples);
    }

    [Fact]
    public void Read_FileOfNoSamples_EndsAtOnce()
    {
        using Codec codec = Recordings.LoadCodec(_folder, channels: 1);
        using var reader = new EcdcFileReader(new MemoryStream(Recordings.Compressed(codec, 0)), codec);
        Assert.Equal((0, 0), (reader.Length, reader.Read(new float[8].AsSpan())));
        reader.Position = 8;
        Assert.Equal((0, 0), (reader.Position, reader.Read(new byte[8])));
    }

    /// <summary>A player's thread reads while a slider is dragged.</summary>
    [Fact]
    public async Task Position_SetWhileAnotherThreadReads_IsWhereReadingGoesOn()
    {
        using Codec codec = Recordings.LoadCodec(_folder, channels: 1);
        using var reader = new EcdcFileReader(new MemoryStream(Recordings.Compressed(codec, 8000)), codec);
        Task player = Task.Run(() =>
        {
            var buffer = new float[160];
            for (int i = 0; i < 500; i++)
            {
                int read = reader.Read(buffer.AsSpan());
                Assert.InRange(read, 0, 160);
            }
        });
        var random = new Random(1);
        while (!player.IsCompleted)
        {
            reader.Position = random.Next(32_000);
            reader.Volume = random.NextSingle();
        }

        await player;
        reader.Position = 31_200;
        Assert.Equal(200, reader.Read(new float[160 * 2].AsSpan()));
    }

    [Fact]
    public void Volume_ScalesWhatIsRead()
    {
        using Codec codec = Recordings.LoadCodec(_folder, channels: 1);
        byte[] file = Recordings.Compressed(codec, 4000);
        using var reader = new EcdcFileReader(new MemoryStream(file), codec);
        Assert.Equal(1, reader.Volume);
        reader.Volume = 0.5f;
        var samples = new float[5000];
        Array.Fill(samples, 7f);
        Assert.Equal(4000, reader.Read(samples.AsSpan()));
        Assert.Equal(Recordings.Decoded(codec, file).Select(sample => sample * 0.5f), samples[..4000]);
        Assert.All(samples[4000..], sample => Assert.Equal(7, sample));
    }

    [Fact]
    public void Constructor_Path_ReadsTagsAndLetsTheFileGo()
    {
        using Codec codec = Recordings.LoadCodec(_folder, channels: 1);
        var options = new CompressionOptions { Tags = new Dictionary<string, string> { ["title"] = "A tone" } };
        File.WriteAllBytes(_folder["tone.ecdc"], Recordings.Compressed(codec, 4000, options));
        var reader = new EcdcFileReader(_folder["tone.ecdc"], codec);
        Assert.Equal(_folder["tone.ecdc"], reader.FileName);
        Assert.Equal("A tone", reader.Tags["title"]);
        reader.Dispose();
        reader.Dispose();
        Assert.Throws<ObjectDisposedException>(() => reader.Read(new float[8].AsSpan()));
        Assert.Throws<ObjectDisposedException>(() => reader.Position = 0);
        using FileStream alone = new(_folder["tone.ecdc"], FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.Equal(reader.Info.FileBytes, alone.Length);
    }

    [Fact]
    public void Constructor_Stream_LeavesItOpen()
    {
        using Codec codec = Recordings.LoadCodec(_folder, channels: 1);
        using var stream = new MemoryStream(Recordings.Compressed(codec, 4000));
        new EcdcFileReader(stream, codec).Dispose();
        stream.Position = 0;
        using EcdcFile file = codec.Open(stream);
        new EcdcFileReader(file, leaveOpen: true).Dispose();
        Assert.Equal(4000, file.ReadCodes().LengthSamples);
        new EcdcFileReader(file).Dispose();
        Assert.False(stream.CanRead);
    }

    [Fact]
    public void Constructor_BadInput_IsOneTypedError()
    {
        using Codec codec = Recordings.LoadCodec(_folder, channels: 1);
        using var provider = new CodecProvider();
        byte[] file = Recordings.Compressed(codec, 4000);
        File.WriteAllBytes(_folder["unknown.ecdc"], file);
        File.WriteAllBytes(_folder["cut.ecdc"], file[..^9]);
        File.WriteAllText(_folder["text.ecdc"], "no audio");
        Assert.Throws<FileNotFoundException>(() => new EcdcFileReader(_folder["none.ecdc"]));
        Assert.Throws<BitstreamException>(() => new EcdcFileReader(_folder["text.ecdc"]));
        Assert.Throws<BitstreamException>(() => new EcdcFileReader(_folder["cut.ecdc"], codec));

        // The model's name is in the file, but no such model is on this machine: found before a player's thread would find it.
        Assert.Throws<ModelNotFoundException>(() => new EcdcFileReader(_folder["unknown.ecdc"], provider));
        Assert.Throws<ArgumentNullException>(() => new EcdcFileReader(new MemoryStream(file), (Codec)null!));
        foreach (string name in new[] { "unknown.ecdc", "cut.ecdc", "text.ecdc" })
        {
            using FileStream alone = new(_folder[name], FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
    }

    /// <summary>Damage that opening does not see is the library's error in the middle of reading, not a short file.</summary>
    [Fact]
    public void Read_DamagedChunk_IsBitstreamException()
    {
        using Codec codec = Recordings.LoadCodec(_folder, channels: 1);
        byte[] file = Recordings.Compressed(codec, options: new CompressionOptions { ChunkSeconds = 0.5 });
        file[file.Length / 2] ^= 0x10;
        using var reader = new EcdcFileReader(new MemoryStream(file), codec);
        Assert.Throws<BitstreamException>(() => reader.Read(new float[Recordings.LengthSamples].AsSpan()));
    }

    private static void AssertNear(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        double signal = 0;
        double difference = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            signal += expected[i] * expected[i];
            difference += Math.Pow(actual[i] - expected[i], 2);
        }

        Assert.True(difference <= signal * 1e-6, $"{10 * Math.Log10(difference / signal):0.0} dB.");
    }
}
