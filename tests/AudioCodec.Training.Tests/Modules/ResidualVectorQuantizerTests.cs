using AudioCodec.Codecs.Configuration;
using AudioCodec.Numerics;
using AudioCodec.TestSupport;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Modules;
using TorchSharp;
using static TorchSharp.torch;
using ResidualVectorQuantizer = AudioCodec.Training.Modules.ResidualVectorQuantizer;

namespace AudioCodec.Training.Tests.Modules;

public sealed class ResidualVectorQuantizerTests
{
    private static readonly EncodecConfig s_config = EncodecConfig.Encodec24Khz with { Codebooks = 4, CodebookSize = 16, Dimension = 8 };

    [Fact]
    public void Forward_ThreeTrainingSteps_EqualGolden()
    {
        Torch.Require();
        using GoldenFile golden = GoldenFile.Open("rvq_ema");
        using var scope = NewDisposeScope();
        using var set = new ParameterSet(new SplitMix(1), CPU);
        var quantizer = new ResidualVectorQuantizer(set, s_config, new QuantizerSettings { Decay = 0.99, DeadBelow = 0 });
        Restore(set, golden);
        for (int step = 0; step < 3; step++)
        {
            Tensor x = Torch.From(golden.Floats($"step{step}.x"), 2, 8, 20).requires_grad_(true);
            int levels = golden.Shape($"step{step}.codes")[0];
            QuantizedLatent result = quantizer.Forward(x, levels, new SplitMix(1));

            Assert.Equal(golden.Ints($"step{step}.codes"), result.Codes.contiguous().data<long>().ToArray().Select(c => (int)c));
            Torch.AssertClose(golden.Floats($"step{step}.out"), Torch.Values(result.Latent), 1e-5);
            Torch.AssertClose(golden.Floats($"step{step}.commit_loss"), Torch.Values(result.Commitments), 1e-5);
            Tensor loss = result.Latent.square().sum() + result.Commitments.sum();
            Torch.AssertClose(golden.Floats($"step{step}.grad_x"), Torch.Values(autograd.grad([loss], [x])[0]), 1e-4);
            for (int level = 0; level < 4; level++)
            {
                foreach (string buffer in new[] { "embed", "embed_avg", "cluster_size" })
                {
                    Torch.AssertClose(golden.Floats($"step{step}.layer{level}.{buffer}"), Torch.Values(set[$"quantizer.vq.layers.{level}._codebook.{buffer}"]), 1e-5);
                }
            }
        }
    }

    [Fact]
    public void Initialize_ClusteredRows_LeavesLittleEnergy()
    {
        Torch.Require();
        using var scope = NewDisposeScope();
        using var set = new ParameterSet(new SplitMix(1), CPU);
        var quantizer = new ResidualVectorQuantizer(set, s_config, new QuantizerSettings());
        var random = new SplitMix(2);
        float[] centers = set.Uniform(12 * 8, 1);
        float[] rows = [.. Enumerable.Range(0, 600).SelectMany(i => Enumerable.Range(0, 8).Select(d => centers[(i % 12 * 8) + d] + (float)random.NextDouble(-0.01, 0.01)))];
        var left = new List<double>();

        quantizer.Initialize(Torch.From(rows, 600, 8), 20, random, (_, share) => left.Add(share));

        Assert.Equal(4, left.Count);
        Assert.True(left[^1] < 0.01, $"{left[^1]:P2} left");
        Assert.True(left.Zip(left.Skip(1)).All(p => p.Second <= p.First));
    }

    [Fact]
    public void Forward_DeadCode_IsReplacedFromTheBatch()
    {
        Torch.Require();
        using var scope = NewDisposeScope();
        using var set = new ParameterSet(new SplitMix(1), CPU);
        var quantizer = new ResidualVectorQuantizer(set, s_config, new QuantizerSettings { DeadBelow = 0.02 });
        using (no_grad())
        {
            set["quantizer.vq.layers.0._codebook.embed"].fill_(100);
            set["quantizer.vq.layers.0._codebook.cluster_size"].fill_(0);
        }

        quantizer.Forward(Torch.From(new SplitMixRows(3).Next(2 * 8 * 20), 2, 8, 20), 1, new SplitMix(4));

        Assert.True(set["quantizer.vq.layers.0._codebook.embed"].abs().max().ToDouble() < 2);
    }

    private static void Restore(ParameterSet set, GoldenFile golden)
    {
        using var silent = no_grad();
        for (int level = 0; level < 4; level++)
        {
            foreach (string buffer in new[] { "embed", "embed_avg", "cluster_size" })
            {
                Tensor target = set[$"quantizer.vq.layers.{level}._codebook.{buffer}"];
                target.copy_(Torch.From(golden.Floats($"init.layer{level}.{buffer}"), target.shape));
            }
        }
    }

    private sealed class SplitMixRows(ulong seed)
    {
        private readonly SplitMix _random = new(seed);

        public float[] Next(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)_random.NextDouble(-1, 1))];
    }
}
