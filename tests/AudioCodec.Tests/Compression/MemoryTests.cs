using AudioCodec.Audio;
using AudioCodec.Bitstream;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Compression;
using AudioCodec.Tests.Codecs;

namespace AudioCodec.Tests.Compression;

/// <summary>A longer file takes no more memory: what is allocated does not grow with it, but for the codes themselves.</summary>
/// <remarks>Everything runs on the test's own thread, so its count of allocated bytes bounds the growth of the peak.</remarks>
public sealed class MemoryTests
{
    private const int Seconds = 20;

    [Theory]
    [InlineData("encodec_tiny_causal")]
    [InlineData("encodec_tiny_stereo")]
    [InlineData("encodec_audiocraft_tiny")]
    public void Compress_FourTimesTheLength_AllocatesNoMoreThanItsCodes(string name)
    {
        EncodecModel model = GoldenModels.Get(name);
        Allocated(() => Compress(model, Seconds));
        long once = Allocated(() => Compress(model, Seconds));
        long fourTimes = Allocated(() => Compress(model, 4 * Seconds));
        long codes = model.Config.FrameCount(3L * Seconds * model.Config.SampleRateHz) * model.Config.Codebooks;

        // Two bytes a code and the scale of each segment, in lists that double as they grow; and the compressed file.
        Assert.InRange(fourTimes - once, 0, (16 * codes) + (64 << 10));
    }

    [Theory]
    [InlineData("encodec_tiny_causal")]
    [InlineData("encodec_tiny_stereo")]
    [InlineData("encodec_audiocraft_tiny")]
    public void Decompress_FourTimesTheLength_AllocatesNoMore(string name)
    {
        EncodecModel model = GoldenModels.Get(name);
        byte[] shortFile = Compress(model, Seconds);
        byte[] longFile = Compress(model, 4 * Seconds);
        Allocated(() => Decompress(model, shortFile, Seconds));
        long once = Allocated(() => Decompress(model, shortFile, Seconds));
        long fourTimes = Allocated(() => Decompress(model, longFile, 4 * Seconds));
        long segments = 3L * Seconds * model.Config.SampleRateHz / (model.Config.SegmentStrideSamples ?? int.MaxValue);

        // Reading a segment's header leaves a little garbage.
        Assert.InRange(fourTimes - once, -(64 << 10), (64 << 10) + (128 * segments));
    }

    private static long Allocated(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static byte[] Compress(EncodecModel model, int seconds)
    {
        using var output = new MemoryStream();
        using var source = new Hum(model.Config, seconds);
        model.Compress(source, output, TestCodecs.Version0(model.Config.BandwidthsKbps[^1]));
        return output.ToArray();
    }

    private static void Decompress(EncodecModel model, byte[] file, int seconds)
    {
        using EcdcFile opened = TestCodecs.Of(model).Open(new MemoryStream(file));
        using AudioSource source = opened.OpenAudio();
        var block = new float[1 << 12];
        long samples = 0;
        for (int read = source.Read(block); read > 0; read = source.Read(block))
        {
            samples += read;
        }

        Assert.Equal((long)seconds * model.Config.SampleRateHz, samples);
    }

    /// <summary>A tone that is made while it is read.</summary>
    private sealed class Hum(EncodecConfig config, int seconds) : AudioSource
    {
        private long _position;

        public override int SampleRateHz => config.SampleRateHz;

        public override int Channels => config.Channels;

        public override long? LengthSamples => (long)seconds * config.SampleRateHz;

        public override int Read(Span<float> destination)
        {
            int samples = (int)Math.Min(destination.Length / Channels, LengthSamples!.Value - _position); // stated above
            for (int i = 0; i < samples * Channels; i++)
            {
                destination[i] = 0.5f * MathF.Sin((_position + (i / Channels)) * 0.05f);
            }

            _position += samples;
            return samples;
        }
    }
}
