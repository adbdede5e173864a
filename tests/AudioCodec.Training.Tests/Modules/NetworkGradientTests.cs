using AudioCodec.Codecs.Configuration;
using AudioCodec.Numerics;
using AudioCodec.TestSupport;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Modules;
using TorchSharp;
using static TorchSharp.torch;
using ResidualVectorQuantizer = AudioCodec.Training.Modules.ResidualVectorQuantizer;

namespace AudioCodec.Training.Tests.Modules;

/// <summary>Gradients of whole networks against central differences in double precision.</summary>
public sealed class NetworkGradientTests
{
    /// <summary>Every weight and the input: convolutions with either norm, transposed convolutions as convolutions, the LSTM written out by steps.</summary>
    [Theory]
    [InlineData("causal")]
    [InlineData("stereo")]
    [InlineData("audiocraft")]
    public void EncodeDecode_GradientOfEveryWeight_EqualsDifferences(string name)
    {
        Torch.Require();
        EncodecConfig config = (name switch { "causal" => TinyConfigs.Causal, "stereo" => TinyConfigs.Stereo, _ => TinyConfigs.Audiocraft }) with { Dimension = 3 };
        using var scope = NewDisposeScope();
        using var network = new EncodecNetwork(config, new QuantizerSettings(), 5, CPU, type: ScalarType.Float64);
        Tensor audio = Differences.Leaf(1, 0.5, 2, config.Channels, 83);
        Tensor weighting = Differences.Leaf(2, 1, 2, config.Channels, 88).detach();
        Tensor Forward() => (network.Decode(network.Encode(audio)) * weighting).sum();
        Tensor[] leaves = [audio, .. network.Tensors.TrainableNames.Select(n => network.Tensors[n])];
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
        Torch.Require();
        using var scope = NewDisposeScope();
        using ParameterSet set = Set();
        ResidualVectorQuantizer quantizer = Quantizer(set);

        Differences.AssertGradient(x => quantizer.Forward(x, 4, null).Commitments.mean(), Differences.Leaf(1, 1, 2, 8, 10));
    }

    /// <summary>The output's gradient reaches the latent once, unchanged, however many levels there are.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void StraightThrough_GradientOfTheOutput_ReachesTheLatentUnchanged(int levels)
    {
        Torch.Require();
        using var scope = NewDisposeScope();
        using ParameterSet set = Set();
        ResidualVectorQuantizer quantizer = Quantizer(set);
        Tensor latent = Differences.Leaf(1, 1, 2, 8, 10);
        Tensor weighting = Differences.Leaf(2, 1, 2, 8, 10).detach();

        QuantizedLatent result = quantizer.Forward(latent, levels, null);
        Tensor alone = autograd.grad([(result.Latent * weighting).sum()], [latent], retain_graph: true)[0];
        Tensor both = autograd.grad([(result.Latent * weighting).sum() + result.Commitments.sum()], [latent], retain_graph: true)[0];
        Tensor commitment = autograd.grad([result.Commitments.sum()], [latent])[0];

        Assert.True(alone.allclose(weighting, 1e-12, 1e-12));
        Assert.True(both.allclose(weighting + commitment, 1e-12, 1e-12));
    }

    private static ParameterSet Set() => new(new SplitMix(1), CPU, ScalarType.Float64);

    private static ResidualVectorQuantizer Quantizer(ParameterSet set) =>
        new(set, EncodecConfig.Encodec24Khz with { Codebooks = 4, CodebookSize = 16, Dimension = 8 }, new QuantizerSettings());
}
