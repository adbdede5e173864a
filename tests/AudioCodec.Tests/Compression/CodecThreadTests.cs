using AudioCodec.Audio;
using AudioCodec.Files;
using AudioCodec.Models;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Compression;

/// <summary>Files with entropy coding on one thread and several, with a model that ships.</summary>
public sealed class CodecThreadTests
{
    private const int SampleRateHz = 24000;

    /// <summary>Shorter than a chunk, and several chunks.</summary>
    [Theory]
    [InlineData(0.7)]
    [InlineData(19.3)]
    public void RoundTrip_OneTwoAndThreeThreads_GiveTheSameFileAndSamples(double seconds)
    {
        (byte[] File, float[] Samples, float[] Part)[] results = [.. new[] { 1, 2, 3 }.Select(threads =>
        {
            using Codec codec = Load(threads);
            using var file = new MemoryStream();
            codec.Compress(Sound(seconds), file, new CompressionOptions { EntropyCoding = true });
            file.Position = 0;
            using EcdcFile opened = codec.Open(file);
            Assert.True(opened.Info.IsEntropyCoded);
            return (file.ToArray(), Read(opened, 0), Read(opened, (long)(0.6 * seconds * SampleRateHz)));
        })];
        Assert.Equal((int)Math.Round(seconds * SampleRateHz), results[0].Samples.Length);
        foreach ((byte[] file, float[] samples, float[] part) in results[1..])
        {
            Assert.Equal(results[0].File, file);
            Assert.Equal(results[0].Samples, samples);
            Assert.Equal(results[0].Part, part);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Compress_CanceledWhileItWrites_Stops(int threads)
    {
        using Codec codec = Load(threads);
        using var source = new CancellationTokenSource();
        var output = new Canceling(source);
        Assert.Throws<OperationCanceledException>(() => codec.Compress(Sound(19.3), output, new CompressionOptions { EntropyCoding = true }, null, source.Token));
        long written = output.Written;
        Thread.Sleep(50);
        Assert.Equal(written, output.Written);
    }

    private static Codec Load(int threads) =>
        Codec.Load(Path.Combine(Fixtures.RepositoryRoot, "checkpoints", ModelCatalogue.SmallCodec), new CodecOptions { Threads = threads });

    private static AudioBufferSource Sound(double seconds)
    {
        float[] samples = [.. Enumerable.Range(0, (int)Math.Round(seconds * SampleRateHz)).Select(i => 0.3f * MathF.Sin(0.06f * i) * MathF.Sin(0.0003f * i))];
        return new AudioBufferSource(new AudioBuffer(samples, 1, SampleRateHz));
    }

    private static float[] Read(EcdcFile file, long start)
    {
        using AudioSource source = file.OpenAudioAt(start);
        return AudioFile.ReadAll(source).Samples;
    }

    /// <summary>Cancels at the first byte.</summary>
    private sealed class Canceling(CancellationTokenSource source) : ForwardOnlyStream
    {
        public long Written { get; private set; }

        public override bool CanWrite => true;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Written += buffer.Length;
            source.Cancel();
        }
    }
}
