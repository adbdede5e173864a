using AudioCodec.Generation.Patterns;
using AudioCodec.Generation.Transformer;
using AudioCodec.Numerics;
using AudioCodec.TestSupport;
using AudioCodec.Torch.Generation;
using AudioCodec.Torch.Layers;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Data.Generation;
using AudioCodec.Training.Optimization;
using AudioCodec.Training.Trainers.Generation;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Tests.Trainers.Generation;

/// <summary>Loss, gradients and an update against AudioCraft's on the same weights and batch.</summary>
public sealed class GoldenGeneratorLossTests
{
    private const double Tolerance = 2e-5;
    private const double Rate = 5e-4;
    private const double WeightDecay = 0.1;

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

    /// <summary>Each row its own text. AudioCraft lets padding take part, as zero vectors.</summary>
    [Fact]
    public void OwnTexts_GiveLossGradientsAndUpdate()
    {
        TestTorch.Require();
        using DisposeScope scope = NewDisposeScope();
        using GoldenFile golden = GoldenFile.Open("generator_loss");
        using TokenNetwork network = Load();
        using var trained = new TrainedNetwork("generator", network, new OptimizerSettings { Betas = [0.9, 0.95], WeightDecay = WeightDecay, EmaDecay = 0 });
        (Tensor states, Tensor mask) = Texts(golden, "text.0", "text.1", "text.2");
        ProjectedText padded = network.Project(new TextCondition(states, mask));
        var unmasked = new ProjectedText(padded.Values, zeros_like(padded.Mask));
        Backward(golden, "a", network, tokens => network.Run(tokens, unmasked, 0));

        // The file's gradients of this case are those after clipping.
        AssertGradients(golden, "a.", network, 1 / golden.Floats("a.grad_norm")[0]);

        Dictionary<string, float[]> before = network.state_dict().ToDictionary(t => t.Key, t => TestTorch.Values(t.Value));
        double norm = trained.Update(Rate, 1);
        Assert.Equal(golden.Floats("a.grad_norm")[0], norm, Tolerance * norm);
        foreach (string file in golden.Names.Where(n => n.StartsWith("a.after_adamw.", StringComparison.Ordinal)))
        {
            // AudioCraft's weight decay takes in the gains of norms, ours does not.
            string name = file["a.after_adamw.".Length..];
            float decayed = golden.Shape(file).Length > 1 ? 0 : (float)(Rate * WeightDecay);
            float[] expected = [.. golden.Floats(file).Zip(before[name], (after, start) => after + (decayed * start))];
            TestTorch.AssertClose(expected, TestTorch.Values(network.state_dict()[name]), 1e-6);
        }
    }

    [Fact]
    public void OneTextForAllRows_GivesLossAndGradients()
    {
        TestTorch.Require();
        using DisposeScope scope = NewDisposeScope();
        using GoldenFile golden = GoldenFile.Open("generator_loss");
        using TokenNetwork network = Load();
        (Tensor states, Tensor mask) = Texts(golden, "text.0", "text.0", "text.0");
        Backward(golden, "b", network, tokens => network.call(tokens, new TextCondition(states, mask), 0));
        AssertGradients(golden, "b.", network);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void DroppedText_GivesNoGradientToTheCrossAttention(bool masked)
    {
        TestTorch.Require();
        using DisposeScope scope = NewDisposeScope();
        using GoldenFile golden = GoldenFile.Open("generator_loss");
        using TokenNetwork network = Load();
        (Tensor states, Tensor mask) = Texts(golden, "text.0", "text.1", "text.2");
        TextCondition? text = masked ? new TextCondition(states, zeros_like(mask)) : null;
        Backward(golden, "c", network, tokens => network.call(tokens, text, 0));
        AssertGradients(golden, "c.", network);
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in network.named_parameters())
        {
            if (name.Contains("cross_attention", StringComparison.Ordinal) || name.Contains("output_proj", StringComparison.Ordinal))
            {
                Assert.True(parameter.grad is null || parameter.grad.count_nonzero().item<long>() == 0, name);
            }
        }
    }

    [Fact]
    public void ShorterRows_CountTheirOwnFramesOnly()
    {
        TestTorch.Require();
        using DisposeScope scope = NewDisposeScope();
        using GoldenFile golden = GoldenFile.Open("generator_loss");
        using TokenNetwork network = Load();
        (Tensor states, Tensor mask) = Texts(golden, "text.0", "text.0", "text.0");
        Backward(golden, "d", network, tokens => network.call(tokens, new TextCondition(states, mask), 0), golden.Ints("d.valid"));
        AssertGradients(golden, "d.", network);
    }

    private static void Backward(GoldenFile golden, string name, TokenNetwork network, Func<Tensor, Tensor> run, int[]? valid = null)
    {
        (int rows, int books, int frames) = (golden.Shape("codes")[0], golden.Shape("codes")[1], golden.Shape("codes")[2]);
        int[] codes = golden.Ints("codes");
        int[] turned = [.. Enumerable.Range(0, codes.Length).Select(i => codes[(((i / books / frames * books) + (i % books)) * frames) + (i / books % frames)])];
        var batch = new GeneratorBatch(turned, valid ?? [.. Enumerable.Repeat(frames, rows)], new string?[rows]);
        var prediction = new TokenPrediction(DelayPattern.Standard(books).Layout(frames), s_config.CodebookSize);
        Tensor entropies = prediction.CrossEntropies(batch, network, run);
        TestTorch.AssertClose(golden.Floats($"{name}.loss_per_codebook"), TestTorch.Values(entropies), 1e-6);
        Tensor loss = entropies.mean();
        Assert.Equal(golden.Floats($"{name}.loss")[0], loss.item<float>(), 1e-5f);
        loss.backward();
    }

    private static void AssertGradients(GoldenFile golden, string prefix, TokenNetwork network, float scale = 1)
    {
        Dictionary<string, TorchSharp.Modules.Parameter> parameters = network.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        string[] names = [.. golden.Names.Where(n => n.StartsWith(prefix + "grad.", StringComparison.Ordinal))];
        Assert.NotEmpty(names);
        foreach (string name in names)
        {
            TestTorch.AssertClose(golden.Floats(name), TestTorch.Values(parameters[name[(prefix.Length + "grad.".Length)..]].grad! * scale), Tolerance);
        }
    }

    private static TokenNetwork Load()
    {
        var network = new TokenNetwork(s_config, new SplitMix(1));
        using GoldenFile weights = GoldenFile.Open("musicgen_hf_tiny.audiocraft");
        network.Load(weights.ToStateDict());
        return network;
    }

    private static (Tensor States, Tensor Mask) Texts(GoldenFile golden, params string[] names)
    {
        int longest = names.Max(name => golden.Shape(name)[0]);
        Tensor states = zeros([names.Length, longest, s_config.TextWidth]);
        Tensor mask = zeros([names.Length, longest], ScalarType.Bool);
        for (int row = 0; row < names.Length; row++)
        {
            long tokens = golden.Shape(names[row])[0];
            states[row].narrow(0, 0, tokens).copy_(TestTorch.From(golden.Floats(names[row]), tokens, s_config.TextWidth));
            mask[row].narrow(0, 0, tokens).fill_(true);
        }

        return (states, mask);
    }
}
