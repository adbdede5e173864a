using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Entropy;
using AudioCodec.Numerics;
using AudioCodec.TestSupport;
using AudioCodec.Torch.Entropy;
using AudioCodec.Torch.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Tests.Entropy;

public sealed class EntropyNetworkTests
{
    [Fact]
    public void Forward_OfficialShape_GivesTheReferencesProbabilities()
    {
        TestTorch.Require();
        using GoldenFile golden = GoldenFile.Open("encodec_24khz");
        int[] shape = golden.Shape("lm.probabilities");
        AssertProbabilities(golden.FrameMajorCodes("bw6.segment0.codes"), golden.Floats("lm.probabilities"), [.. Enumerable.Range(0, shape[0])], shape[2]);
    }

    [Fact]
    public void Forward_BeyondTheWindow_GivesTheReferencesProbabilities()
    {
        TestTorch.Require();
        using GoldenFile golden = GoldenFile.Open("lm_window_24khz");
        AssertProbabilities(golden.FrameMajorCodes("codes"), golden.Floats("probabilities"), golden.Ints("steps"), golden.Shape("codes")[0]);
    }

    [Fact]
    public void Forward_FreshWeights_AgreesWithTheManagedEngine()
    {
        TestTorch.Require();
        EntropyModelConfig config = new()
        {
            Name = "tiny_lm",
            Codec = "tiny",
            Codebooks = 4,
            CodebookSize = 32,
            Dimension = 30,
            Layers = 2,
            Heads = 6,
            FeedForward = 50,
            Window = 20,
        };
        using var network = new EntropyNetwork(config, SplitMix.For(3, 0, 0));
        const int frames = 60;
        const int codebooks = 3;
        var random = new Random(1);
        ushort[] codes = [.. Enumerable.Range(0, frames * codebooks).Select(_ => (ushort)random.Next(32))];

        EntropyModel managed = EntropyModel.Load(config, network.ToStateDict("network"));
        float[][] actual = Logits(network, codes, codebooks);
        var state = new EntropyState(managed, 1, frames);
        var previous = new ushort[codebooks];
        float[][] expected = [.. Enumerable.Range(0, codebooks).Select(_ => new float[frames * 32])];
        for (int step = 0; step < frames; step++)
        {
            state.Advance([0], previous, codebooks);
            for (int k = 0; k < codebooks; k++)
            {
                state.Logits(1, k)[..32].CopyTo(expected[k].AsSpan(step * 32));
            }

            codes.AsSpan(step * codebooks, codebooks).CopyTo(previous);
        }

        // The managed engine rounds the matrices to 16 bits (ADR-0001-exact-arithmetic.md), which moves logits by one or two parts in 10^5.
        Assert.All(expected.Zip(actual), pair => TestTorch.AssertClose(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void Tensors_AreThoseOfTheFormat()
    {
        TestTorch.Require();
        EntropyModelConfig config = EntropyModelConfig.For(EncodecConfig.Encodec24Khz) with { Codebooks = 2 };
        using var network = new EntropyNetwork(config, SplitMix.For(1, 0, 0));
        StateDict state = network.ToStateDict("network");
        Assert.Equal(
            EntropyTensors.For(config).Select(t => $"{t.Name} {string.Join(",", t.Shape)}").Order(),
            state.Tensors.Select(t => $"{t.Key} {string.Join(",", t.Value.Shape)}").Order());
    }

    private static void AssertProbabilities(ushort[] codes, float[] expected, int[] steps, int codebooks)
    {
        const int size = 1024;
        EntropyModelConfig config = EntropyModelConfig.For(EncodecConfig.Encodec24Khz);
        using var network = new EntropyNetwork(config, SplitMix.For(1, 0, 0));
        network.Load(FormulaWeights.EntropyLm24Khz());
        float[][] logits = Logits(network, codes[..((steps[^1] + 1) * codebooks)], codebooks);
        double worst = 0;
        for (int s = 0; s < steps.Length; s++)
        {
            for (int k = 0; k < codebooks; k++)
            {
                float[] row = logits[k][(steps[s] * size)..((steps[s] + 1) * size)];
                double max = row.Max();
                double sum = row.Sum(x => Math.Exp(x - max));
                for (int n = 0; n < size; n++)
                {
                    worst = Math.Max(worst, Math.Abs((Math.Exp(row[n] - max) / sum) - expected[(((s * size) + n) * codebooks) + k]));
                }
            }
        }

        Assert.InRange(worst, 0, 5e-6);
    }

    /// <summary>[K][F * N] logits.</summary>
    private static float[][] Logits(EntropyNetwork network, ushort[] codes, int codebooks)
    {
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        Tensor shifted = tensor([.. codes.Select(code => code + 1L)], [codes.Length / codebooks, 1, codebooks]).narrow(0, 0, (codes.Length / codebooks) - 1);
        Tensor previous = cat([zeros([1, 1, codebooks], dtype: ScalarType.Int64), shifted], 0).permute(2, 1, 0);
        Tensor hidden = network.call(previous, 0);
        return [.. Enumerable.Range(0, codebooks).Select(k => TestTorch.Values(network.Logits(hidden, k)))];
    }
}
