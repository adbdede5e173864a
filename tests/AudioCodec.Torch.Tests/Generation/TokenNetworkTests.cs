using AudioCodec.Checkpoints;
using AudioCodec.Generation.Patterns;
using AudioCodec.Generation.Transformer;
using AudioCodec.Numerics;
using AudioCodec.Torch.Generation;
using AudioCodec.Torch.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Tests.Generation;

public sealed class TokenNetworkTests
{
    private const double Tolerance = 1e-5;

    private static readonly TokenModelConfig s_config = new()
    {
        Dimension = 32,
        Heads = 4,
        Layers = 2,
        FeedForward = 128,
        Codebooks = 4,
        CodebookSize = 32,
        TextWidth = 24,
    };

    [Fact]
    public void Names_AreThoseOfTheContract()
    {
        TestTorch.Require();
        using var network = new TokenNetwork(s_config, new SplitMix(1));
        Assert.Equal(
            TokenModelTensors.For(s_config).Select(t => (t.Name, string.Join('x', t.Shape))).Order(),
            network.state_dict().Select(t => (t.Key, string.Join('x', t.Value.shape))).Order());
    }

    [Theory]
    [InlineData("logits.alone", 2)]
    [InlineData("logits.null", 0)]
    public void Logits_OfABatch_EqualTheReferences(string name, int texts)
    {
        TestTorch.Require();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        using GoldenFile golden = GoldenFile.Open("musicgen_hf_tiny");
        using TokenNetwork network = Load();
        TextCondition? text = texts == 0 ? null : Condition(golden, "text.0", "text.1");
        AssertLogits(golden, name, Logits(golden, network, text));
    }

    [Fact]
    public void Rows_WithoutText_HaveNoCrossAttention()
    {
        TestTorch.Require();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        using GoldenFile golden = GoldenFile.Open("musicgen_hf_tiny");
        using TokenNetwork network = Load();
        TextCondition all = Condition(golden, "text.0", "text.1");
        Tensor mask = all.Mask.clone();
        mask[1] = false;
        Tensor mixed = Logits(golden, network, all with { Mask = mask });
        Assert.Equal(TestTorch.Values(Logits(golden, network, all)[0]), TestTorch.Values(mixed[0]));
        Assert.Equal(TestTorch.Values(Logits(golden, network, null)[1]), TestTorch.Values(mixed[1]));
    }

    [Fact]
    public void Logits_InReducedPrecision_StayNear()
    {
        TestTorch.Require();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        using GoldenFile golden = GoldenFile.Open("musicgen_hf_tiny");
        using TokenNetwork network = Load();
        TextCondition text = Condition(golden, "text.0", "text.1");
        float[] exact = TestTorch.Values(Logits(golden, network, text));
        network.SetReducedPrecision(true);
        float[] reduced = TestTorch.Values(Logits(golden, network, text));
        Assert.NotEqual(exact, reduced);
        TestTorch.AssertClose(exact, reduced, 0.02);
    }

    private static TokenNetwork Load()
    {
        var network = new TokenNetwork(s_config, new SplitMix(1));
        using GoldenFile weights = GoldenFile.Open("musicgen_hf_tiny.audiocraft");
        network.Load(weights.ToStateDict());
        return network;
    }

    private static TextCondition Condition(GoldenFile golden, params string[] names)
    {
        int longest = names.Max(name => golden.Shape(name)[0]);
        Tensor states = full([names.Length, longest, s_config.TextWidth], 7f); // Padding that is not zero, to be masked.
        Tensor mask = zeros([names.Length, longest], ScalarType.Bool);
        for (int row = 0; row < names.Length; row++)
        {
            long tokens = golden.Shape(names[row])[0];
            states[row].narrow(0, 0, tokens).copy_(TestTorch.From(golden.Floats(names[row]), tokens, s_config.TextWidth));
            mask[row].narrow(0, 0, tokens).fill_(true);
        }

        return new TextCondition(states, mask);
    }

    /// <summary>[B, S, K, N] of the codes in the delay pattern.</summary>
    private static Tensor Logits(GoldenFile golden, TokenNetwork network, TextCondition? text)
    {
        (int rows, int books, int frames) = (golden.Shape("codes")[0], golden.Shape("codes")[1], golden.Shape("codes")[2]);
        PatternLayout layout = DelayPattern.Standard(books).Layout(frames);
        int[] codes = golden.Ints("codes");
        var tokens = new int[rows * layout.Steps * books];
        for (int row = 0; row < rows; row++)
        {
            int[] own = [.. Enumerable.Range(0, frames * books).Select(i => codes[(((row * books) + (i % books)) * frames) + (i / books)])];
            layout.Build(own, s_config.CodebookSize, tokens.AsSpan(row * layout.Steps * books, layout.Steps * books));
        }

        return network.Logits(network.call(tensor(tokens, [rows, layout.Steps, books], ScalarType.Int64), text, 0));
    }

    private static void AssertLogits(GoldenFile golden, string name, Tensor logits)
    {
        float[] expected = golden.Floats(name);
        int[] mask = golden.Ints("mask");
        (int books, int frames, int size) = (golden.Shape(name)[1], golden.Shape(name)[2], golden.Shape(name)[3]);
        float[] actual = TestTorch.Values(logits);
        int steps = (int)logits.shape[1];
        double scale = expected.Max(MathF.Abs);
        int compared = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            int place = i / size;
            (int row, int k, int frame) = (place / frames / books, place / frames % books, place % frames);
            if (mask[place] == 1)
            {
                Assert.InRange(Math.Abs(actual[(((((row * steps) + frame + k) * books) + k) * size) + (i % size)] - expected[i]), 0, Tolerance * scale);
                compared++;
            }
        }

        Assert.True(compared > 1000);
    }
}
