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

namespace AudioCodec.Training.Tests.Networks;

public sealed class EncodecNetworkTests
{
    private static readonly EncodecConfig s_tiny = EncodecConfig.Encodec24Khz with
    {
        Name = "tiny",
        SampleRateHz = 8000,
        Filters = 4,
        Ratios = [4, 2],
        Dimension = 16,
        CodebookSize = 16,
        Codebooks = 4,
        LstmLayers = 1,
        BandwidthsKbps = [16],
    };

    /// <summary>Both engines on the same random weights: every normalization, padding, shortcut and causality that ships.</summary>
    [Theory]
    [InlineData(true, ConvNorm.WeightNorm, PaddingMode.Reflect, false, 1, 1)]
    [InlineData(true, ConvNorm.WeightNorm, PaddingMode.Constant, false, 0, 1)]
    [InlineData(false, ConvNorm.WeightNorm, PaddingMode.Constant, true, 2, 1)]
    [InlineData(false, ConvNorm.TimeGroupNorm, PaddingMode.Reflect, false, 2, 2)]
    [InlineData(true, ConvNorm.None, PaddingMode.Reflect, false, 1, 2)]
    public void EncodeDecode_RandomWeights_EqualManagedEngine(bool causal, ConvNorm norm, PaddingMode padding, bool trueSkip, int lstm, int channels)
    {
        Torch.Require();
        EncodecConfig config = s_tiny with
        {
            Causal = causal,
            Norm = norm,
            Padding = padding,
            TrueSkip = trueSkip,
            LstmLayers = lstm,
            Channels = channels,
        };
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        using var network = new EncodecNetwork(config, SplitMix.For(5, 0, 0));
        float[] samples = FreshValues.Uniform(new SplitMix(1), channels * 1601, 0.5);
        EncodecModel managed = EncodecModel.Load(config, network.ToStateDict("random"));
        EncodedAudio encoded = managed.Encode(new AudioBuffer(samples, channels, 8000), 16);
        AudioBuffer decoded = managed.Decode(encoded);

        Tensor latent = network.Encode(Torch.From(samples, 1, channels, 1601));
        QuantizedLatent quantized = network.Quantizer.Quantize(latent, encoded.Codebooks);
        ushort[] codes = [.. quantized.Codes.squeeze(1).t().contiguous().data<long>().ToArray().Select(c => (ushort)c)];
        Assert.Equal(encoded.Segments[0].Codes, codes);
        Tensor output = network.Decode(quantized.Latent).narrow(2, 0, 1601);
        Torch.AssertClose(decoded.Samples, Torch.Values(output), 1e-4);
    }

    [Fact]
    public void EncodeDecode_TinyCausalGolden_EqualsReference()
    {
        Torch.Require();
        using GoldenFile golden = GoldenFile.Open("encodec_tiny_causal");
        using GoldenFile weights = GoldenFile.Open("encodec_tiny_causal.weights");
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        using var network = new EncodecNetwork(s_tiny, SplitMix.For(5, 0, 0));
        network.Load(weights.ToStateDict());
        int[] shape = golden.Shape("audio");
        Tensor latent = network.Encode(Torch.From(golden.Floats("audio"), 1, shape[0], shape[1]));

        Torch.AssertClose(golden.Floats("embedding"), Torch.Values(latent), 2e-4);
    }

    /// <summary>Noise through a fresh network keeps its level, or the codec does not learn for hundreds of steps.</summary>
    [Theory]
    [InlineData(16, new[] { 8, 5, 4, 2 }, 2)]
    [InlineData(16, new[] { 4, 8, 10 }, 0)]
    [InlineData(32, new[] { 8, 5, 4, 2 }, 2)]
    public void Decode_OfEncodedNoise_FreshNetwork_KeepsLevel(int filters, int[] ratios, int lstm)
    {
        Torch.Require();
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        EncodecConfig config = EncodecConfig.Encodec24Khz with { Filters = filters, Ratios = ratios, LstmLayers = lstm, Codebooks = 1 };
        using var network = new EncodecNetwork(config, SplitMix.For(1, 0, 0));
        Tensor noise = Torch.From(FreshValues.Uniform(new SplitMix(1), 9600, 0.26), 1, 1, 9600);

        double level = network.Decode(network.Encode(noise)).square().mean().sqrt().ToDouble();

        Assert.InRange(level, 0.075, 0.3);
    }

    [Fact]
    public void Decode_ReducedPrecision_StaysNearSinglePrecision()
    {
        Torch.Require();
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        using var network = new EncodecNetwork(s_tiny, SplitMix.For(5, 0, 0));
        Tensor audio = Torch.From(FreshValues.Uniform(new SplitMix(1), 1600, 0.5), 1, 1, 1600);
        float[] single = Torch.Values(network.Encode(audio));
        network.SetReducedPrecision(true);

        float[] reduced = Torch.Values(network.Encode(audio));

        Assert.NotEqual(single, reduced);
        Torch.AssertClose(single, reduced, 0.03);
    }
}
