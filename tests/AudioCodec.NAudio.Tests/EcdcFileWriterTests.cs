using AudioCodec.Audio;
using NAudio.Wave;
using NAudio.Wave.SampleProviders;

namespace AudioCodec.NAudio.Tests;

public sealed class EcdcFileWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, int, int> Formats => new()
    {
        { "16", 8000, 1 }, { "8", 8000, 1 }, { "24", 8000, 1 }, { "32", 8000, 1 }, { "float", 8000, 1 },
        { "16", 44100, 2 }, { "float", 16000, 2 }, { "24", 24000, 1 },
    };

    /// <summary>A WAV file by NAudio, read by NAudio, gives the very bytes that the library makes of the file itself.</summary>
    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Compress_WaveFile_EqualsTheLibrarysOwnReading(string samples, int sampleRateHz, int channels)
    {
        using Codec codec = Recordings.LoadCodec(_folder, channels: 1);
        WaveFormat format = samples == "float"
            ? WaveFormat.CreateIeeeFloatWaveFormat(sampleRateHz, channels)
            : new WaveFormat(sampleRateHz, int.Parse(samples), channels);
        byte[] wav = samples == "8" ? EightBits(sampleRateHz, channels) : Recordings.Wav(Recordings.Signal(channels), format);
        using var expected = new MemoryStream();
        CompressionResult own = await codec.CompressAsync(new MemoryStream(wav), expected);
        using var bytes = new MemoryStream();
        using var floats = new MemoryStream();
        using var reader = new WaveFileReader(new MemoryStream(wav));
        CompressionResult result = codec.Compress(reader, bytes);
        reader.Position = 0;
        codec.Compress(new SampleProviderSource(reader.ToSampleProvider(), reader.SampleCount), floats);
        Assert.Equal(expected.ToArray(), bytes.ToArray());
        Assert.Equal(expected.ToArray(), floats.ToArray());
        Assert.Equal(own with { Warnings = [] }, result with { Warnings = [] });
        Assert.Equal(own.Warnings, result.Warnings);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void CreateEcdcFile_ReadBackAndWrittenAsWave_IsTheDecodedAudio(int channels)
    {
        using Codec codec = Recordings.LoadCodec(_folder, channels);
        WaveFileWriter.CreateWaveFile(
            _folder["in.wav"], new FloatProvider(Recordings.Signal(channels), codec.Info.SampleRateHz, channels).ToWaveProvider());
        using (var source = new WaveFileReader(_folder["in.wav"]))
        {
            Assert.Equal(Recordings.LengthSamples, EcdcFileWriter.CreateEcdcFile(_folder["out.ecdc"], source, codec).LengthSamples);
        }

        using (var reader = new EcdcFileReader(_folder["out.ecdc"], codec))
        {
            WaveFileWriter.CreateWaveFile(_folder["out.wav"], reader);
        }

        AudioBuffer written = AudioFile.ReadAll(_folder["out.wav"]);
        var samples = new float[written.Samples.Length];
        written.ReadInterleaved(0, samples);
        Assert.Equal(Recordings.Decoded(codec, File.ReadAllBytes(_folder["out.ecdc"])), samples);
    }

    /// <summary>Readers are both kinds of provider; the call means the samples.</summary>
    [Fact]
    public void Compress_ReaderOfBothKinds_ReadsFromItsPosition()
    {
        using Codec codec = Recordings.LoadCodec(_folder, channels: 1);
        using var reader = new EcdcFileReader(new MemoryStream(Recordings.Compressed(codec, 8000)), codec) { Volume = 0.5f };
        reader.CurrentTime = TimeSpan.FromSeconds(0.75);
        var reports = new Reports();
        CompressionResult result = codec.Compress(reader, Stream.Null, progress: reports);
        Assert.Equal(2000, result.LengthSamples);
        Assert.Equal(1, reports.Last);
    }

    [Fact]
    public void CreateEcdcFile_WithoutCodec_UsesTheDefaultOne()
    {
        CompressionResult result = EcdcFileWriter.CreateEcdcFile(
            _folder["tone.ecdc"], new SignalGenerator(24000, 1).Take(TimeSpan.FromSeconds(0.5)), options: new CompressionOptions { BandwidthKbps = 3 });
        using var reader = new EcdcFileReader(_folder["tone.ecdc"]);
        Assert.Equal("audiocodec_24khz", reader.Info.Model);
        Assert.Equal(3, reader.Info.BandwidthKbps);
        Assert.Equal(12_000, result.LengthSamples);
        Assert.Equal(12_000, reader.Read(new float[13_000].AsSpan()));
    }

    [Fact]
    public void CreateEcdcFile_Cancelled_KeepsTheOldFile()
    {
        using Codec codec = Recordings.LoadCodec(_folder, channels: 1);
        File.WriteAllText(_folder["old.ecdc"], "old");
        using var cancellation = new CancellationTokenSource();
        var endless = new SignalGenerator(8000, 1);
        cancellation.CancelAfter(TimeSpan.FromMilliseconds(100));
        Assert.ThrowsAny<OperationCanceledException>(
            () => EcdcFileWriter.CreateEcdcFile(_folder["old.ecdc"], endless, codec, cancellationToken: cancellation.Token));
        Assert.Equal("old", File.ReadAllText(_folder["old.ecdc"]));
        Assert.DoesNotContain(_folder.Files(), name => name.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void Compress_CompressedSamples_AreRefused()
    {
        using Codec codec = Recordings.LoadCodec(_folder, channels: 1);
        using var muLaw = new RawSourceWaveStream(new MemoryStream(new byte[800]), WaveFormat.CreateMuLawFormat(8000, 1));
        AudioFormatException error = Assert.Throws<AudioFormatException>(() => codec.Compress(muLaw, Stream.Null));
        Assert.Contains("MuLaw", error.Message, StringComparison.Ordinal);
        Assert.Throws<AudioFormatException>(() => EcdcFileWriter.CreateEcdcFile(_folder["none.ecdc"], muLaw, codec));
        Assert.False(File.Exists(_folder["none.ecdc"]));
    }

    /// <summary>NAudio's writer takes floats for 16 bits and more; eight are written as bytes.</summary>
    private static byte[] EightBits(int sampleRateHz, int channels)
    {
        using var stream = new MemoryStream();
        using (var writer = new WaveFileWriter(stream, new WaveFormat(sampleRateHz, 8, channels)))
        {
            writer.Write([.. Recordings.Signal(channels).Select(sample => (byte)(128 + (sample * 127)))]);
        }

        return stream.ToArray();
    }

    private sealed class Reports : IProgress<double>
    {
        public double Last { get; private set; }

        public void Report(double value)
        {
            Assert.InRange(value, Last, 1);
            Last = value;
        }
    }
}
