using AudioCodec.Audio;
using AudioCodec.Bitstream;
using AudioCodec.Codecs;
using AudioCodec.Compression;
using AudioCodec.Tests.Bitstream;
using AudioCodec.Tests.Codecs;

namespace AudioCodec.Tests.Compression;

/// <summary>Signals that are no music, compressed and decompressed again.</summary>
public sealed class DegenerateSignalTests
{
    private const int Length = 1203;
    private const float SilentScale = 1e-8f;

    [Theory]
    [InlineData("encodec_tiny_causal")]
    [InlineData("encodec_tiny_stereo")]
    [InlineData("encodec_24khz")]
    [InlineData("encodec_48khz")]
    public void Silence_ComesBackFiniteAndOfItsLength(string name)
    {
        EncodecModel model = GoldenModels.Get(name);
        (byte[] file, float[] decoded) = RoundTrip(model, _ => 0);
        if (model.Config.NormalizeSegments)
        {
            // Root mean square of nothing plus 1e-8, as the reference has it; so the decoder's output is turned down to nothing.
            Assert.All(Scales(file, model), scale => Assert.Equal(SilentScale, scale));
            Assert.All(decoded, sample => Assert.InRange(sample, -1e-6f, 1e-6f));
        }
    }

    [Theory]
    [InlineData("encodec_tiny_causal")]
    [InlineData("encodec_tiny_stereo")]
    [InlineData("encodec_24khz")]
    [InlineData("encodec_48khz")]
    public void FullScaleSquareWave_ComesBackFiniteAndOfItsLength(string name)
    {
        EncodecModel model = GoldenModels.Get(name);
        int channels = model.Config.Channels;
        (byte[] file, float[] decoded) = RoundTrip(model, i => i / channels / 20 % 2 == 0 ? 1 : -1);
        Assert.Contains(decoded, sample => Math.Abs(sample) > 0.01f);
        if (model.Config.NormalizeSegments)
        {
            Assert.All(Scales(file, model), scale => Assert.Equal(1f, scale, 1e-6f));
        }
    }

    [Theory]
    [InlineData("encodec_tiny_stereo")]
    [InlineData("encodec_48khz")]
    public void OppositeChannels_WhoseMonoMixIsSilent_ComeBackFinite(string name)
    {
        EncodecModel model = GoldenModels.Get(name);
        (byte[] file, _) = RoundTrip(model, i => i % 2 == 0 ? 0.5f : -0.5f);
        Assert.All(Scales(file, model), scale => Assert.Equal(SilentScale, scale));
    }

    [Fact]
    public void OneSilentSegmentAmongLoudOnes_StaysSilent()
    {
        EncodecModel model = GoldenModels.Get("encodec_tiny_stereo");
        int start = model.Config.SegmentStrideSamples!.Value * 2; // the tiny stereo model has segments
        int end = start + (model.Config.SegmentSamples!.Value * 2);
        float[] loud = Streams.Signal(50, Length * 2);
        (byte[] file, float[] decoded) = RoundTrip(model, i => i >= start && i < end ? 0 : loud[i]);
        float[] scales = [.. Scales(file, model)];
        Assert.Equal(4, scales.Length);
        Assert.Equal(SilentScale, scales[1]);
        Assert.True(scales[0] > 0.05f && scales[2] > 0.05f);

        // Beyond the overlaps, where the neighbours still sound.
        int overlap = end - (2 * start);
        Assert.All(decoded[(start + overlap)..(end - overlap)], sample => Assert.InRange(sample, -1e-6f, 1e-6f));
    }

    [Theory]
    [InlineData("encodec_tiny_causal", float.NaN)]
    [InlineData("encodec_tiny_causal", float.NegativeInfinity)]
    [InlineData("encodec_tiny_stereo", float.NaN)]
    [InlineData("encodec_tiny_stereo", float.PositiveInfinity)]
    public void NotANumber_CountsAsSilence(string name, float bad)
    {
        EncodecModel model = GoldenModels.Get(name);
        float[] signal = Streams.Signal(51, Length * model.Config.Channels);
        bool Spoiled(int i) => i is 0 or 333 or (>= 700 and < 720);
        (byte[] withZeros, _) = RoundTrip(model, i => Spoiled(i) ? 0 : signal[i]);
        (byte[] spoiled, float[] decoded) = RoundTrip(model, i => Spoiled(i) ? bad : signal[i]);
        Assert.Equal(withZeros, spoiled);
        Assert.Contains(decoded, sample => Math.Abs(sample) > 1e-4f);
    }

    private static (byte[] File, float[] Decoded) RoundTrip(EncodecModel model, Func<int, float> sample)
    {
        int channels = model.Config.Channels;
        var planar = new float[Length * channels];
        for (int i = 0; i < planar.Length; i++)
        {
            planar[(i % channels * Length) + (i / channels)] = sample(i);
        }

        using var output = new MemoryStream();
        model.Compress(new AudioBufferSource(new AudioBuffer(planar, channels, model.Config.SampleRateHz)), output, TestCodecs.Version0(model.Config.BandwidthsKbps[^1]));
        AudioBuffer decoded = model.DecodeFile(output.ToArray());
        Assert.Equal(Length, decoded.LengthSamples);
        Assert.All(decoded.Samples, value => Assert.True(float.IsFinite(value)));
        return (output.ToArray(), [.. Enumerable.Range(0, planar.Length).Select(i => decoded.Channel(i % channels)[i / channels])]);
    }

    private static IEnumerable<float> Scales(byte[] file, EncodecModel model)
    {
        using EcdcV0Reader reader = Open(file, model);
        var codes = new ushort[reader.Codebooks * 64];
        while (reader.TryNextSegment(out EcdcSegment segment))
        {
            yield return segment.Scale(reader.Geometry);
            while (reader.ReadFrames(codes) > 0)
            {
            }
        }
    }

    private static EcdcV0Reader Open(byte[] file, EncodecModel model) =>
        EcdcStreams.Open0(new MemoryStream(file), _ => model.Config.ToEcdcGeometry());
}
