using AudioCodec.Codecs.Configuration;
using AudioCodec.Numerics;
using AudioCodec.TestSupport;
using AudioCodec.Torch;
using AudioCodec.Torch.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Tests;

/// <summary>Gradients of whole networks against central differences in double precision.</summary>
public sealed class NetworkGradientTests
{
    /// <summary>Every weight and the input: convolutions with either norm, transposed convolutions as convolutions, the LSTM.</summary>
    [Theory]
    [InlineData("causal")]
    [InlineData("stereo")]
    [InlineData("audiocraft")]
    public void EncodeDecode_GradientOfEveryWeight_EqualsDifferences(string name)
    {
        TestTorch.Require();
        EncodecConfig config = (name switch { "causal" => TinyConfigs.Causal, "stereo" => TinyConfigs.Stereo, _ => TinyConfigs.Audiocraft }) with { Dimension = 3 };
        using var scope = NewDisposeScope();
        using EncodecNetwork network = new EncodecNetwork(config, SplitMix.For(5, 0, 0)).to(ScalarType.Float64);
        Tensor audio = Differences.Leaf(1, 0.5, 2, config.Channels, 83);
        Tensor weighting = Differences.Leaf(2, 1, 2, config.Channels, 88).detach();
        Tensor Forward() => (network.Decode(network.Encode(audio)) * weighting).sum();
        Tensor[] leaves = [audio, .. network.parameters()];
        IList<Tensor> gradients = autograd.grad([Forward()], leaves);

        foreach ((Tensor leaf, Tensor gradient) in leaves.Zip(gradients))
        {
            Differences.AssertGradient(() => Forward().item<double>(), leaf, gradient, positions: 3, relative: 1e-4);
        }
    }

    /// <summary>While no code changes, each level's commitment is a smooth function of the latent.</summary>
    [Fact]
    public void Commitment_GradientAtTheLatent_EqualsDifferences()
    {
        TestTorch.Require();
        using var scope = NewDisposeScope();
        using ResidualVectorQuantizer quantizer = Quantizer();

        Differences.AssertGradient(x => quantizer.Quantize(x, 4).Commitments.mean(), Differences.Leaf(1, 1, 2, 8, 10));
    }

    /// <summary>The output's gradient reaches the latent once, unchanged, however many levels there are.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void StraightThrough_GradientOfTheOutput_ReachesTheLatentUnchanged(int levels)
    {
        TestTorch.Require();
        using var scope = NewDisposeScope();
        using ResidualVectorQuantizer quantizer = Quantizer();
        Tensor latent = Differences.Leaf(1, 1, 2, 8, 10);
        Tensor weighting = Differences.Leaf(2, 1, 2, 8, 10).detach();

        QuantizedLatent result = quantizer.Quantize(latent, levels);
        Tensor alone = autograd.grad([(result.Latent * weighting).sum()], [latent], retain_graph: true)[0];
        Tensor both = autograd.grad([(result.Latent * weighting).sum() + result.Commitments.sum()], [latent], retain_graph: true)[0];
        Tensor commitment = autograd.grad([result.Commitments.sum()], [latent])[0];

        Assert.True(alone.allclose(weighting, 1e-12, 1e-12));
        Assert.True(both.allclose(weighting + commitment, 1e-12, 1e-12));
    }

    private static ResidualVectorQuantizer Quantizer() => new ResidualVectorQuantizer(
        EncodecConfig.Encodec24Khz with { Codebooks = 4, CodebookSize = 16, Dimension = 8 }, new CodebookUpdate(), new SplitMix(1)).to(ScalarType.Float64);
}
