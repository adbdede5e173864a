using AudioCodec.Codecs.Configuration;
using AudioCodec.Numerics;
using AudioCodec.TestSupport;
using AudioCodec.Torch.Layers;
using AudioCodec.Torch.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Tests.Quantization;

public sealed class ResidualVectorQuantizerTests
{
    private static readonly EncodecConfig s_config = EncodecConfig.Encodec24Khz with { Codebooks = 4, CodebookSize = 16, Dimension = 8 };

    [Fact]
    public void Forward_ThreeTrainingSteps_EqualGolden()
    {
        TestTorch.Require();
        using GoldenFile golden = GoldenFile.Open("rvq_ema");
        using var scope = NewDisposeScope();
        using var quantizer = new ResidualVectorQuantizer(s_config, new CodebookUpdate(Decay: 0.99, DeadBelow: 0), new SplitMix(1));
        Dictionary<string, Tensor> tensors = quantizer.state_dict();
        Restore(tensors, golden);
        for (int step = 0; step < 3; step++)
        {
            Tensor x = TestTorch.From(golden.Floats($"step{step}.x"), 2, 8, 20).requires_grad_(true);
            int levels = golden.Shape($"step{step}.codes")[0];
            QuantizedLatent result = quantizer.Quantize(x, levels, new SplitMix(1));

            Assert.Equal(golden.Ints($"step{step}.codes"), result.Codes.contiguous().data<long>().ToArray().Select(c => (int)c));
            TestTorch.AssertClose(golden.Floats($"step{step}.out"), TestTorch.Values(result.Latent), 1e-5);
            TestTorch.AssertClose(golden.Floats($"step{step}.commit_loss"), TestTorch.Values(result.Commitments), 1e-5);
            Tensor loss = result.Latent.square().sum() + result.Commitments.sum();
            TestTorch.AssertClose(golden.Floats($"step{step}.grad_x"), TestTorch.Values(autograd.grad([loss], [x])[0]), 1e-4);
            for (int level = 0; level < 4; level++)
            {
                foreach (string buffer in new[] { "embed", "embed_avg", "cluster_size" })
                {
                    TestTorch.AssertClose(golden.Floats($"step{step}.layer{level}.{buffer}"), TestTorch.Values(tensors[$"vq.layers.{level}._codebook.{buffer}"]), 1e-5);
                }
            }
        }
    }

    [Fact]
    public void Initialize_ClusteredRows_LeavesLittleEnergy()
    {
        TestTorch.Require();
        using var scope = NewDisposeScope();
        using var quantizer = new ResidualVectorQuantizer(s_config, new CodebookUpdate(), new SplitMix(1));
        var random = new SplitMix(2);
        float[] centers = FreshValues.Uniform(new SplitMix(3), 12 * 8, 1);
        float[] rows = [.. Enumerable.Range(0, 600).SelectMany(i => Enumerable.Range(0, 8).Select(d => centers[(i % 12 * 8) + d] + (float)random.NextDouble(-0.01, 0.01)))];
        var residuals = new List<double>();

        quantizer.Initialize(TestTorch.From(rows, 600, 8), 20, random, (_, share) => residuals.Add(share));

        Assert.Equal(4, residuals.Count);
        Assert.True(residuals[^1] < 0.01, $"{residuals[^1]:P2} left");
        Assert.True(residuals.Zip(residuals.Skip(1)).All(p => p.Second <= p.First));
        Assert.All(Enumerable.Range(0, 4), level => Assert.Equal(1, quantizer.get_buffer($"vq.layers.{level}._codebook.inited")!.ToSingle()));
    }

    [Fact]
    public void Forward_DeadCode_IsReplacedFromTheBatch()
    {
        TestTorch.Require();
        using var scope = NewDisposeScope();
        using var quantizer = new ResidualVectorQuantizer(s_config, new CodebookUpdate(DeadBelow: 0.02), new SplitMix(1));
        Dictionary<string, Tensor> tensors = quantizer.state_dict();
        tensors["vq.layers.0._codebook.embed"].fill_(100);
        tensors["vq.layers.0._codebook.cluster_size"].fill_(0);

        quantizer.Quantize(TestTorch.From(FreshValues.Uniform(new SplitMix(3), 2 * 8 * 20, 1), 2, 8, 20), 1, new SplitMix(4));

        Assert.True(tensors["vq.layers.0._codebook.embed"].abs().max().ToDouble() < 2);
    }

    private static void Restore(Dictionary<string, Tensor> tensors, GoldenFile golden)
    {
        for (int level = 0; level < 4; level++)
        {
            foreach (string buffer in new[] { "embed", "embed_avg", "cluster_size" })
            {
                Tensor target = tensors[$"vq.layers.{level}._codebook.{buffer}"];
                target.copy_(TestTorch.From(golden.Floats($"init.layer{level}.{buffer}"), target.shape));
            }
        }
    }
}
