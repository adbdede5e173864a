using AudioCodec.Audio;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Quantization;
using AudioCodec.Compression;
using AudioCodec.Models;
using AudioCodec.Numerics;
using AudioCodec.TestSupport;
using AudioCodec.Tests.Audio;
using AudioCodec.Tests.Codecs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AudioCodec.Tests.Compression;

/// <summary>The front door: loading, streams that allow asynchronous calls only, options, live streams, latents.</summary>
public sealed class CodecTests
{
    [Fact]
    public async Task CompressAndDecompress_StreamsThatAllowAsynchronousCallsOnly_GivesWhatFilesGive()
    {
        EncodecModel model = GoldenModels.Get("encodec_tiny_causal");
        Codec codec = TestCodecs.Of(model);
        byte[] wav = Wav(model, 8000);
        var progress = new Collected();
        using var compressed = new MemoryStream();
        CompressionResult result = await codec.CompressAsync(
            new AsynchronousOnly(new MemoryStream(wav)), new AsynchronousOnly(compressed), new CompressionOptions { BandwidthKbps = 16 }, progress, TestContext.Current.CancellationToken);
        using var expected = new MemoryStream();
        codec.Compress(AudioFile.OpenStream(new MemoryStream(wav)), expected, new CompressionOptions { BandwidthKbps = 16 }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(expected.ToArray(), compressed.ToArray());
        Assert.Equal((8000L, (long)compressed.Length, 16.0, 1, false), (result.LengthSamples, result.CompressedBytes, result.BandwidthKbps, result.FormatVersion, result.IsEntropyCoded));
        Assert.Equal(1, progress.Values[^1]);
        Assert.Equal(progress.Values.Order(), progress.Values);

        using var decoded = new MemoryStream();
        var part = new DecompressionOptions { Start = TimeSpan.FromSeconds(0.25), Duration = TimeSpan.FromSeconds(0.5) };
        DecompressionResult written = await codec.DecompressAsync(
            new AsynchronousOnly(new MemoryStream(compressed.ToArray())), new AsynchronousOnly(decoded), part, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(4000, written.LengthSamples);
        decoded.Position = 0;
        Assert.Equal(4000, AudioFile.ReadAll(AudioFile.OpenStream(decoded)).LengthSamples);
    }

    [Fact]
    public async Task CompressAsync_Cancelled_StopsAndThrows()
    {
        Codec codec = TestCodecs.Of(GoldenModels.Get("encodec_tiny_causal"));
        using var stop = new CancellationTokenSource();
        var endless = new EndlessSilence(() => stop.Cancel());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => codec.CompressAsync(
            endless, Stream.Null, new CompressionOptions { InputFormat = RawPcmFormat.Parse("s16le:8000:1") }, null, stop.Token));
    }

    [Fact]
    public async Task DecompressAsync_NegativeDuration_IsAnArgumentError()
    {
        EncodecModel model = GoldenModels.Get("encodec_tiny_causal");
        using var file = new MemoryStream();
        model.Compress(new AudioBufferSource(new AudioBuffer(new float[800], 1, 8000)), file, TestCodecs.Version0(8));
        file.Position = 0;
        using var output = new MemoryStream();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => TestCodecs.Of(model).DecompressAsync(
            file, output, new DecompressionOptions { Duration = TimeSpan.FromSeconds(-1) }, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(0, output.Length);
        Assert.True(file.CanRead);
    }

    [Fact]
    public async Task CompressAsync_RateThatCannotBeConverted_IsATypedError()
    {
        byte[] wav = WavBytes.File(WavBytes.Format(1, 1, 1, 16), WavBytes.Chunk("data", new byte[8]));
        Codec codec = TestCodecs.Of(GoldenModels.Get("encodec_tiny_causal"));
        AudioFormatException error = await Assert.ThrowsAsync<AudioFormatException>(
            () => codec.CompressAsync(new MemoryStream(wav), Stream.Null, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains("1 Hz", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_EmptyName_IsNoModelAndNotTheCurrentFolder()
    {
        Assert.Throws<ModelNotFoundException>(() => Codec.Load(string.Empty));
        Assert.Throws<ModelNotFoundException>(() => Codec.Load(options: new CodecOptions { Model = string.Empty }));
    }

    [Fact]
    public async Task CompressAsync_NoAudio_IsATypedError()
    {
        Codec codec = TestCodecs.Of(GoldenModels.Get("encodec_tiny_causal"));
        await Assert.ThrowsAsync<AudioFormatException>(() => codec.CompressAsync(new MemoryStream(), Stream.Null, cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Compress_OptionsThatDoNotGoTogether_AreArgumentErrors()
    {
        Codec codec = TestCodecs.Of(GoldenModels.Get("encodec_tiny_causal"));
        var tags = new Dictionary<string, string> { ["title"] = "Hello" };
        foreach (CompressionOptions options in new CompressionOptions[]
        {
            new() { BandwidthKbps = 5 },
            new() { FormatVersion = 2 },
            new() { FormatVersion = 0, Tags = tags },
            new() { FormatVersion = 0, EntropyCoding = true },
            new() { EntropyCoding = true },
            new() { SearchWidth = 0 },
            new() { FormatVersion = 0, ChunkSeconds = 1 },
            new() { FormatVersion = 1, ChunkSeconds = 0 },
            new() { FormatVersion = 1, ChunkSeconds = -1 },
            new() { FormatVersion = 1, ChunkSeconds = double.NaN },
            new() { FormatVersion = 1, ChunkSeconds = double.PositiveInfinity },
            new() { Tags = new Dictionary<string, string> { [""] = "no key" } },
            new() { Tags = new Dictionary<string, string> { ["half a character"] = "\ud83c" } },
            new() { Tags = new Dictionary<string, string> { ["long"] = new string('a', 1 << 20) } },
        })
        {
            using var output = new MemoryStream();
            Assert.ThrowsAny<ArgumentException>(() => codec.Compress(new AudioBufferSource(new AudioBuffer(new float[800], 1, 8000)), output, options));
            Assert.Equal(0, output.Length);
        }
    }

    [Theory]
    [InlineData("encodec_tiny_causal")]
    [InlineData("encodec_tiny_stereo")]
    public void DecodeLatents_OfTheEncoder_RoundedByTheQuantizerAreTheCodesAudio(string name)
    {
        EncodecModel model = GoldenModels.Get(name);
        Codec codec = TestCodecs.Of(model);
        var audio = new AudioBuffer(Streams.Signal(21, 5000 * model.Config.Channels), model.Config.Channels, model.Config.SampleRateHz);
        LatentAudio latents = codec.EncodeLatents(audio);
        EncodedAudio codes = codec.Encode(audio, model.Config.BandwidthsKbps[^1], searchWidth: 1);
        Assert.Equal(codes.Segments.Select(segment => segment.Codes.Length / codes.Codebooks), latents.Segments.Select(segment => segment.Values.Length / latents.Dimension));
        Assert.Equal(codes.Segments.Select(segment => segment.Scale), latents.Segments.Select(segment => segment.Scale));
        Assert.Equal(5000, codec.DecodeLatents(latents).LengthSamples);

        // The sum of the chosen codewords, decoded as latents, is what decoding the codes gives.
        LatentAudio rounded = latents with { Segments = [.. codes.Segments.Select(segment => new LatentSegment(segment.Scale, Rounded(model, segment.Codes, codes.Codebooks)))] };
        Assert.Equal(codec.Decode(codes).Samples, codec.DecodeLatents(rounded).Samples);
    }

    [Fact]
    public void OpenEncoderAndDecoder_HopByHop_GiveTheWholePiece()
    {
        EncodecModel model = GoldenModels.Get("encodec_tiny_causal");
        Codec codec = TestCodecs.Of(model);
        var audio = new AudioBuffer(Streams.Signal(22, 800), 1, 8000);
        EncodedAudio whole = codec.Encode(audio, 16);
        using ICodecEncoder encoder = codec.OpenEncoder(16);
        using ICodecDecoder decoder = codec.OpenDecoder(encoder.Codebooks);
        var live = new LiveSinks(decoder);
        for (int start = 0; start < 800; start += 8)
        {
            encoder.Write(audio.Samples.AsSpan(start, 8), live);
        }

        encoder.Complete(live);
        decoder.Complete(live);
        Assert.Equal(whole.Segments[0].Codes, live.Codes);
        Assert.Equal(codec.Decode(whole).Samples, live.Samples[..800]);
    }

    [Fact]
    public async Task LoadAsync_Folder_LoadsLogsAndUsesItsEntropyModel()
    {
        using var folder = new TemporaryFolder();
        string path = folder["tiny"];
        using (GoldenFile weights = GoldenFile.Open("encodec_tiny_causal.weights"))
        {
            CheckpointFolder.SaveCodec(path, TinyConfigs.Causal, weights.ToStateDict(), CheckpointStatus.Preview);
        }

        using var log = new LogLines();
        await using Codec codec = await Codec.LoadAsync(path, new CodecOptions { LoggerFactory = log, Threads = 1 }, TestContext.Current.CancellationToken);
        Assert.Equal((TinyConfigs.Causal.Name, CheckpointStatus.Preview, true), (codec.Info.Name, codec.Info.Status, codec.Info.IsCausal));
        Assert.Contains(log.Lines, line => line.Contains(path, StringComparison.Ordinal));
    }

    [Fact]
    public void AddAudioCodec_Services_ShareOneProviderThatUsesTheOptions()
    {
        using var folder = new TemporaryFolder();
        string path = folder["tiny"];
        using (GoldenFile weights = GoldenFile.Open("encodec_tiny_causal.weights"))
        {
            CheckpointFolder.SaveCodec(path, TinyConfigs.Causal, weights.ToStateDict(), CheckpointStatus.Release);
        }

        var services = new ServiceCollection();
        services.AddAudioCodec(options => options.Model = path);
        using ServiceProvider provider = services.BuildServiceProvider();
        Codec codec = provider.GetRequiredService<Codec>();
        Assert.Equal(TinyConfigs.Causal.Name, codec.Info.Name);
        CodecProvider codecs = provider.GetRequiredService<CodecProvider>();
        Assert.Same(codec, codecs.Get());

        // The provider opens what its own codec made, although that model is in no catalogue.
        foreach (int version in new[] { 0, 1 })
        {
            using var file = new MemoryStream();
            codec.Compress(new AudioBufferSource(new AudioBuffer(new float[800], 1, 8000)), file, new CompressionOptions { FormatVersion = version });
            file.Position = 0;
            using EcdcFile open = codecs.Open(file);
            Assert.Equal(800, AudioFile.ReadAll(open.OpenAudio()).LengthSamples);
        }
    }

    private static float[] Rounded(EncodecModel model, ushort[] codes, int codebooks)
    {
        var latents = new RowBuffer(model.Config.Dimension);
        new QuantizerState(model.Quantizer, new Executor(1)).Decode(codes, codebooks, latents);
        return latents.Rows.ToArray();
    }

    private static byte[] Wav(EncodecModel model, int samples)
    {
        using var wav = new MemoryStream();
        using (var writer = new WavWriter(wav, model.Config.SampleRateHz, model.Config.Channels, PcmEncoding.F32, samples, leaveOpen: true))
        {
            writer.Write(Streams.Signal(12, samples * model.Config.Channels));
            writer.Complete();
        }

        return wav.ToArray();
    }

    private sealed class Collected : IProgress<double>
    {
        public List<double> Values { get; } = [];

        public void Report(double value) => Values.Add(value);
    }

    private sealed class LiveSinks(ICodecDecoder decoder) : ICodeSink, ISampleSink
    {
        public List<ushort> Codes { get; } = [];

        public List<float> Samples { get; } = [];

        public void BeginSegment(float scale) => decoder.BeginSegment(scale, this);

        public void WriteFrames(ReadOnlySpan<ushort> codes)
        {
            Codes.AddRange(codes);
            decoder.Write(codes, this);
        }

        public void WriteSamples(ReadOnlySpan<float> interleaved) => Samples.AddRange(interleaved);
    }

    private sealed class LogLines : ILoggerFactory, ILogger
    {
        public List<string> Lines { get; } = [];

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
