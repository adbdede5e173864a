using AudioCodec.Checkpoints;
using AudioCodec.Numerics;
using AudioCodec.TestSupport;
using AudioCodec.Text;
using AudioCodec.Torch.Layers;
using AudioCodec.Torch.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Tests.Text;

public sealed class T5EncoderNetworkTests
{
    private static readonly T5Config s_tiny = new() { VocabularySize = 200, Dimension = 48, Heads = 4, HeadWidth = 12, FeedForward = 96, Layers = 3 };

    [Theory]
    [InlineData("t5_tiny", false)]
    [InlineData("t5_tiny_gated", true)]
    public void Forward_Batch_GivesTheReferencesStates(string name, bool gated)
    {
        TestTorch.Require();
        using GoldenFile golden = GoldenFile.Open(name);
        using T5EncoderNetwork network = Load(name, gated);
        int[][] texts = [.. Enumerable.Range(0, 3).Select(i => golden.Ints($"case{i}.ids"))];
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        int longest = texts.Max(ids => ids.Length);
        Tensor tokens = zeros([texts.Length, longest], dtype: ScalarType.Int64);
        Tensor mask = zeros([texts.Length, longest], dtype: ScalarType.Bool);
        for (int text = 0; text < texts.Length; text++)
        {
            tokens[text, ..texts[text].Length] = tensor(texts[text]);
            mask[text, ..texts[text].Length] = tensor(golden.Ints($"case{text}.mask")) > 0;
        }

        Tensor states = network.call(tokens, mask, 0);
        for (int text = 0; text < texts.Length; text++)
        {
            int[] present = golden.Ints($"case{text}.mask");
            float[] expected = golden.Floats($"case{text}.hidden");
            float[] actual = TestTorch.Values(states[text, ..texts[text].Length]);
            float scale = expected.Max(Math.Abs);
            double worst = Enumerable.Range(0, actual.Length).Where(i => present[i / 48] > 0).Max(i => Math.Abs(actual[i] - expected[i]));
            Assert.InRange(worst, 0, 1e-5 * scale);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tensors_AreThoseOfTheFormat(bool gated)
    {
        TestTorch.Require();
        T5Config config = s_tiny with { Gated = gated };
        using var network = new T5EncoderNetwork(config, new SplitMix(1));
        Assert.Equal(
            T5EncoderTensors.For(config).Select(t => $"{t.Name} {string.Join(",", t.Shape)}").Order(),
            network.ToStateDict("network").Tensors.Select(t => $"{t.Key} {string.Join(",", t.Value.Shape)}").Order());
    }

    [Fact]
    public void Forward_TextWithoutTokens_IsFiniteAndLeavesTheOthersAlone()
    {
        TestTorch.Require();
        using var network = new T5EncoderNetwork(s_tiny, new SplitMix(2));
        using var scope = NewDisposeScope();
        Tensor tokens = tensor(new long[] { 5, 6, 1, 0, 0, 0 }, [2, 3]);
        Tensor mask = tensor(new[] { true, true, true, false, false, false }, [2, 3]);
        Tensor states = network.call(tokens, mask, 0);
        Tensor alone = network.call(tokens[..1], mask[..1], 0);
        Assert.True(states.isfinite().all().ToBoolean());
        TestTorch.AssertClose(TestTorch.Values(alone), TestTorch.Values(states[..1]), 1e-6);
    }

    [Fact]
    public void Forward_FreshWeights_EveryLayerAddsToTheStream()
    {
        TestTorch.Require();
        T5Config config = new() { VocabularySize = 300, Dimension = 128, Heads = 4, HeadWidth = 32, FeedForward = 256, Layers = 4, Gated = true };
        using var network = new T5EncoderNetwork(config, new SplitMix(3));
        using var scope = NewDisposeScope();
        Tensor tokens = arange(0, 64, dtype: ScalarType.Int64).view(2, 32);
        Tensor mask = ones([2, 32], dtype: ScalarType.Bool);
        Tensor states = network.call(tokens, mask, 0);
        double rms = Math.Sqrt(states.square().mean().ToSingle());
        Assert.InRange(rms, 0.99, 1.01);

        // Every parameter that these tokens reach learns: no gradient vanishes against the others.
        Tensor target = randn_like(states);
        (states * target).sum().backward();
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in network.named_parameters())
        {
            double gradient = parameter.grad!.square().mean().sqrt().ToSingle();
            Assert.True(gradient is > 1e-3 and < 1e3, $"{name}: the gradient's root mean square is {gradient:G3}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Forward_GradientOfEveryWeight_EqualsDifferences(bool gated)
    {
        TestTorch.Require();
        T5Config config = new() { VocabularySize = 9, Dimension = 6, Heads = 2, HeadWidth = 5, FeedForward = 7, Layers = 2, Gated = gated, PositionBuckets = 4, PositionMaxDistance = 3 };
        using var scope = NewDisposeScope();
        using T5EncoderNetwork network = new T5EncoderNetwork(config, new SplitMix(6)).to(ScalarType.Float64);
        Tensor tokens = tensor(new long[] { 3, 4, 5, 6, 1, 7, 8, 1, 0, 0 }, [2, 5]);
        Tensor mask = tensor(new[] { true, true, true, true, true, true, true, true, false, false }, [2, 5]);
        Tensor weighting = Differences.Leaf(2, 1, 2, 5, 6).detach() * mask.unsqueeze(2);
        Tensor Forward() => (network.call(tokens, mask, 0) * weighting).sum();
        Tensor[] leaves = [.. network.parameters()];
        IList<Tensor> gradients = autograd.grad([Forward()], leaves);
        foreach ((Tensor leaf, Tensor gradient) in leaves.Zip(gradients))
        {
            Differences.AssertGradient(() => Forward().item<double>(), leaf, gradient, positions: 4, relative: 1e-4);
        }
    }

    [Fact]
    public void Forward_Dropout_ChangesTheStatesAndKeepsTheirMean()
    {
        TestTorch.Require();
        using var network = new T5EncoderNetwork(s_tiny, new SplitMix(4));
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        manual_seed(5);
        Tensor tokens = arange(3, 13, dtype: ScalarType.Int64).unsqueeze(0);
        Tensor mask = ones([1, 10], dtype: ScalarType.Bool);
        Tensor plain = network.call(tokens, mask, 0);
        Tensor dropped = network.call(tokens, mask, 0.1);
        Assert.True((dropped == 0).sum().ToInt64() is > 10 and < 110, "a tenth of 480 values is dropped at the end");
        double similarity = (plain * dropped).sum().ToSingle() / Math.Sqrt(plain.square().sum().ToSingle() * dropped.square().sum().ToSingle());
        Assert.InRange(similarity, 0.6, 0.999);
    }

    private static T5EncoderNetwork Load(string name, bool gated)
    {
        StateDict weights;
        using (GoldenFile file = GoldenFile.Open($"{name}.weights.safetensors"))
        {
            weights = file.ToStateDict();
        }

        var network = new T5EncoderNetwork(s_tiny with { Gated = gated }, new SplitMix(1));
        network.Load(weights);
        return network;
    }
}
