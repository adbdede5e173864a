using AudioCodec.Audio;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Numerics;
using AudioCodec.TestSupport;
using AudioCodec.Torch;
using AudioCodec.Torch.Layers;
using AudioCodec.Torch.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Tests;

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
        TestTorch.Require();
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

        Tensor latent = network.Encode(TestTorch.From(samples, 1, channels, 1601));
        QuantizedLatent quantized = network.Quantizer.Quantize(latent, encoded.Codebooks);
        ushort[] codes = [.. quantized.Codes.squeeze(1).t().contiguous().data<long>().ToArray().Select(c => (ushort)c)];
        Assert.Equal(encoded.Segments[0].Codes, codes);
        Tensor output = network.Decode(quantized.Latent).narrow(2, 0, 1601);
        TestTorch.AssertClose(decoded.Samples, TestTorch.Values(output), 1e-4);
    }

    [Fact]
    public void EncodeDecode_TinyCausalGolden_EqualsReference()
    {
        TestTorch.Require();
        using GoldenFile golden = GoldenFile.Open("encodec_tiny_causal");
        using GoldenFile weights = GoldenFile.Open("encodec_tiny_causal.weights");
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        using var network = new EncodecNetwork(s_tiny, SplitMix.For(5, 0, 0));
        network.Load(weights.ToStateDict());
        int[] shape = golden.Shape("audio");
        Tensor latent = network.Encode(TestTorch.From(golden.Floats("audio"), 1, shape[0], shape[1]));

        TestTorch.AssertClose(golden.Floats("embedding"), TestTorch.Values(latent), 2e-4);
    }

    /// <summary>The format's tensors, and of the codebooks the buffers that the reference's training has too.</summary>
    [Theory]
    [InlineData("causal")]
    [InlineData("stereo")]
    [InlineData("audiocraft")]
    public void StateDict_NamesAndShapes_AreTheOfficialOnes(string name)
    {
        TestTorch.Require();
        EncodecConfig config = name switch { "causal" => TinyConfigs.Causal, "stereo" => TinyConfigs.Stereo, _ => TinyConfigs.Audiocraft };
        using var network = new EncodecNetwork(config, new SplitMix(1));
        IEnumerable<(string Name, int[] Shape)> buffers = Enumerable.Range(0, config.Codebooks).Select(k => $"quantizer.vq.layers.{k}._codebook").SelectMany(
            codebook => new (string, int[])[]
            {
                (codebook + ".inited", [1]), (codebook + ".cluster_size", [config.CodebookSize]), (codebook + ".embed_avg", [config.CodebookSize, config.Dimension]),
            });

        Assert.Equal(
            EncodecTensors.For(config).Concat(buffers).Select(t => $"{t.Name} {string.Join(",", t.Shape)}").Order(),
            network.state_dict().Select(t => $"{t.Key} {string.Join(",", t.Value.shape)}").Order());
        Assert.All(network.named_parameters(), p => Assert.DoesNotContain("_codebook", p.name, StringComparison.Ordinal));
    }

    /// <summary>The weights that ship, whose files have none of the training's buffers.</summary>
    [Theory]
    [InlineData("audiocodec_24khz")]
    [InlineData("audiocodec_24khz_small")]
    public void Load_ShippedCheckpoint_EqualsManagedEngine(string name)
    {
        TestTorch.Require();
        LoadedCheckpoint shipped = CheckpointLoader.Load(Path.Combine(Fixtures.RepositoryRoot, "checkpoints", name));
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        using var network = new EncodecNetwork(shipped.Config, new SplitMix(1), centered: true);
        network.Load(shipped.Weights);
        float[] samples = FreshValues.Uniform(new SplitMix(2), 10 * shipped.Config.HopSamples, 0.3);
        EncodecModel managed = EncodecModel.Load(shipped.Config, shipped.Weights);
        EncodedAudio encoded = managed.Encode(new AudioBuffer(samples, 1, 24000), 6, searchWidth: 1);

        QuantizedLatent quantized = network.Quantizer.Quantize(network.Encode(TestTorch.From(samples, 1, 1, samples.Length)), encoded.Codebooks);

        Assert.Equal(encoded.Segments[0].Codes, quantized.Codes.squeeze(1).t().contiguous().data<long>().ToArray().Select(c => (ushort)c));
        TestTorch.AssertClose(managed.Decode(encoded).Samples, TestTorch.Values(network.DecodeAfterLeadIn(quantized.Latent, null)), 1e-4);
        Assert.All(Enumerable.Range(0, shipped.Config.Codebooks), k => Assert.Equal(1, network.get_buffer($"quantizer.vq.layers.{k}._codebook.inited")!.ToSingle()));
    }

    /// <summary>Every parameter and buffer moves, and is still the module's own afterwards.</summary>
    [Fact]
    public void To_AGpu_GivesTheLatentsOfTheCpu()
    {
        TestTorch.RequireGpu();
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        using var network = new EncodecNetwork(TinyConfigs.Causal, new SplitMix(1));
        Tensor audio = TestTorch.From(FreshValues.Uniform(new SplitMix(2), 1600, 0.5), 1, 1, 1600);
        QuantizedLatent expected = network.Quantizer.Quantize(network.Encode(audio), 4);
        float[] output = TestTorch.Values(network.Decode(expected.Latent));

        network.to(CUDA);
        QuantizedLatent actual = network.Quantizer.Quantize(network.Encode(audio.cuda()), 4);

        Assert.Equal(DeviceType.CUDA, network.Device.type);
        TestTorch.AssertClose(TestTorch.Values(expected.Latent), TestTorch.Values(actual.Latent), 1e-2);
        TestTorch.AssertClose(output, TestTorch.Values(network.Decode(expected.Latent.cuda())), 1e-2);
    }

    /// <summary>A conversion replaces every parameter and buffer; what the modules compute with must be the new ones.</summary>
    [Fact]
    public void To_DoublePrecision_ComputesInIt()
    {
        TestTorch.Require();
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        using var network = new EncodecNetwork(TinyConfigs.Stereo, new SplitMix(1), centered: true);
        Tensor audio = TestTorch.From(FreshValues.Uniform(new SplitMix(2), 3200, 0.5), 1, 2, 1600);
        float[] single = TestTorch.Values(network.Encode(audio));
        network.to(ScalarType.Float64);

        QuantizedLatent quantized = network.Quantizer.Quantize(network.Encode(audio.to(ScalarType.Float64)), 4, new SplitMix(3));

        Assert.Equal(ScalarType.Float64, quantized.Latent.dtype);
        Assert.All(network.state_dict().Values, tensor => Assert.Equal(ScalarType.Float64, tensor.dtype));
        TestTorch.AssertClose(single, TestTorch.Values(network.Encode(audio.to(ScalarType.Float64)).to(ScalarType.Float32)), 1e-5);
    }

    /// <summary>Noise through a fresh network keeps its level, or the codec does not learn for hundreds of steps.</summary>
    [Theory]
    [InlineData(16, new[] { 8, 5, 4, 2 }, 2)]
    [InlineData(16, new[] { 4, 8, 10 }, 0)]
    [InlineData(32, new[] { 8, 5, 4, 2 }, 2)]
    public void Decode_OfEncodedNoise_FreshNetwork_KeepsLevel(int filters, int[] ratios, int lstm)
    {
        TestTorch.Require();
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        EncodecConfig config = EncodecConfig.Encodec24Khz with { Filters = filters, Ratios = ratios, LstmLayers = lstm, Codebooks = 1 };
        using var network = new EncodecNetwork(config, SplitMix.For(1, 0, 0));
        Tensor noise = TestTorch.From(FreshValues.Uniform(new SplitMix(1), 9600, 0.26), 1, 1, 9600);

        double level = network.Decode(network.Encode(noise)).square().mean().sqrt().ToDouble();

        Assert.InRange(level, 0.075, 0.3);
    }

    [Fact]
    public void Decode_ReducedPrecision_StaysNearSinglePrecision()
    {
        TestTorch.Require();
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        using var network = new EncodecNetwork(s_tiny, SplitMix.For(5, 0, 0));
        Tensor audio = TestTorch.From(FreshValues.Uniform(new SplitMix(1), 1600, 0.5), 1, 1, 1600);
        float[] single = TestTorch.Values(network.Encode(audio));
        network.SetReducedPrecision(true);

        float[] reduced = TestTorch.Values(network.Encode(audio));

        Assert.NotEqual(single, reduced);
        TestTorch.AssertClose(single, reduced, 0.03);
    }
}
