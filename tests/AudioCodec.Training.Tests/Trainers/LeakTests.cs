using AudioCodec.Numerics;
using AudioCodec.Torch;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Losses;
using AudioCodec.Training.Optimization;
using AudioCodec.Training.Trainers;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Tests.Trainers;

/// <summary>Tensors are counted for the whole process, so no other test may run meanwhile.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class Alone;

[Collection("alone")]
public sealed class LeakTests
{
    /// <summary>The codec's whole step: quantizer with moving averages, discriminator, balancer, both optimizers.</summary>
    [Fact]
    public void TwoHundredSteps_LeaveTensorsAndMemoryFlat()
    {
        TestTorch.Require();
        CodecTrainSettings settings = TinyRun.Settings();
        settings.Discriminator.StartStep = 0;
        using var network = new EncodecNetwork(settings.Model, SplitMix.For(1, 0, 0));
        using var trained = new TrainedNetwork("codec", network, settings.Optimizer);
        using var adversary = new Adversary(settings, CPU);
        using var losses = new CodecLosses(settings.Losses, settings.Model.SampleRateHz, CPU);
        var step = new CodecStep(settings, network, trained, losses, new Balancer(0.99), adversary);
        (long tensors, long bytes) = (0, 0);
        for (int i = 0; i < 200; i++)
        {
            using (var scope = NewDisposeScope())
            {
                Assert.True(step.Run(TestTorch.From(new SplitMixCrop(i).Samples, 2, 1, 1000), i, quantize: true).IsFinite);
            }

            // On a machine with large caches the managed heap would grow by tens of megabytes between collections.
            if (i % 10 == 9)
            {
                GC.Collect();
            }

            if (i == 49)
            {
                (tensors, bytes) = (Tensor.TotalCount, ResidentBytes());
            }
        }

        Assert.InRange(Tensor.TotalCount, 0, tensors);
        Assert.InRange(ResidentBytes(), 0, bytes + (12 << 20));
    }

    private static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Environment.WorkingSet;
    }

    private sealed class SplitMixCrop(int step)
    {
        private readonly SplitMix _random = SplitMix.For(1, step, 1);

        public float[] Samples => [.. Enumerable.Range(0, 2000).Select(_ => (float)_random.NextDouble(-0.3, 0.3))];
    }
}
