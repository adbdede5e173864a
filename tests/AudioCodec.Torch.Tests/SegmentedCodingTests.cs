using AudioCodec.Audio;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Numerics;
using AudioCodec.TestSupport;
using AudioCodec.Torch;
using AudioCodec.Torch.Layers;
using AudioCodec.Torch.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Tests;

/// <summary>Models that work on normalized segments, against the managed engine.</summary>
public sealed class SegmentedCodingTests
{
    /// <summary>One second of stereo at 48 kHz, whose channels differ and nearly cancel in the mono mix: its level, not theirs, is the divisor.</summary>
    [Fact]
    public void EncodeDecode_OneSecondOfStereo_EqualsManagedEngine()
    {
        TestTorch.Require();
        EncodecConfig config = EncodecConfig.Encodec48Khz with { Filters = 4, LstmLayers = 1, Dimension = 32, Codebooks = 4, CodebookSize = 64, BandwidthsKbps = [6] };
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        using var network = new EncodecNetwork(config, SplitMix.For(3, 0, 0));
        float[] noise = FreshValues.Uniform(new SplitMix(1), 2 * 48000, 0.02);
        float[] samples = [.. Enumerable.Range(0, 2 * 48000).Select(i => noise[i] + (float)((i < 48000 ? 0.5 : -0.45) * Math.Sin(i % 48000 * 0.03)))];
        EncodecModel managed = EncodecModel.Load(config, network.ToStateDict("random"));
        EncodedAudio expected = managed.Encode(new AudioBuffer(samples, 2, 48000), 6);

        (Tensor latent, Tensor? scale) = network.EncodeSegment(TestTorch.From(samples, 1, 2, 48000));
        QuantizedLatent quantized = network.Quantizer.Quantize(latent, 4);
        (AudioBuffer output, _) = SegmentedCoding.Run(network, new AudioBuffer(samples, 2, 48000), 4);

        // The last hundredth of the second stands in a short second segment too.
        Assert.Equal(2, expected.Segments.Count);
        EncodedSegment segment = expected.Segments[0];
        Assert.InRange(segment.Scale, 0.01, 0.05);
        Assert.Equal(segment.Scale, scale!.ToSingle(), segment.Scale * 1e-5);
        Assert.Equal(segment.Codes, quantized.Codes.squeeze(1).t().contiguous().data<long>().ToArray().Select(c => (ushort)c));
        TestTorch.AssertClose(managed.Decode(expected).Samples, output.Samples, 1e-4);
    }

    [Fact]
    public void Run_SeveralSegments_JoinsThemAsTheManagedEngineDoes()
    {
        TestTorch.Require();
        EncodecConfig config = TinyConfigs.Stereo;
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        using var network = new EncodecNetwork(config, SplitMix.For(3, 0, 0));
        var audio = new AudioBuffer(FreshValues.Uniform(new SplitMix(1), 2 * 1803, 0.5), 2, 8000);
        EncodecModel managed = EncodecModel.Load(config, network.ToStateDict("random"));
        EncodedAudio expected = managed.Encode(audio, 16);

        (AudioBuffer output, ushort[] codes) = SegmentedCoding.Run(network, audio, expected.Codebooks);

        Assert.Equal(5, expected.Segments.Count);
        Assert.Equal(expected.Segments.SelectMany(s => s.Codes), codes);
        TestTorch.AssertClose(managed.Decode(expected).Samples, output.Samples, 1e-4);
    }

    [Fact]
    public void EncodeSegment_Silence_StaysSilent()
    {
        TestTorch.Require();
        using var scope = NewDisposeScope();
        using var network = new EncodecNetwork(TinyConfigs.Stereo, SplitMix.For(3, 0, 0));

        (Tensor latent, Tensor? scale) = network.EncodeSegment(zeros(2, 2, 400));
        Tensor output = network.DecodeSegment(latent, scale);
        output.sum().backward();

        Assert.All(TestTorch.Values(output), v => Assert.InRange(v, -1e-6f, 1e-6f));
        Assert.All(network.parameters(), p => Assert.All(TestTorch.Values(p.grad!), v => Assert.True(float.IsFinite(v))));
    }
}
