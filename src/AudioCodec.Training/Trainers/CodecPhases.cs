using System.Diagnostics;
using AudioCodec.Numerics;
using AudioCodec.Torch;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Data;
using AudioCodec.Training.Initialization;
using AudioCodec.Training.Optimization;
using AudioCodec.Training.Runs;
using static TorchSharp.torch;

namespace AudioCodec.Training.Trainers;

/// <summary>What a codec run does once, between two steps: initial values from the data, start of quantization, end of the encoder's training.</summary>
internal sealed class CodecPhases(CodecTrainSettings settings, EncodecNetwork network, TrainedNetwork trained, CropSampler sampler)
{
    /// <summary>Whether latents are quantized; part of the run's state.</summary>
    public bool Quantizing { get; set; }

    /// <summary>Enters the phases that begin with a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="fresh">Whether the run has not been initialized from a checkpoint.</param>
    /// <param name="log">Told of each phase.</param>
    public void Enter(long step, bool fresh, RunLog log)
    {
        if (step == 0 && fresh && settings.Initialization.IsPrincipal)
        {
            StartFromData(log);
        }

        if (!Quantizing && step >= settings.Quantizer.StartStep)
        {
            StartQuantizing(step, log);
        }

        if (step == settings.Quantizer.FreezeStep)
        {
            // The averaged encoder is the one that will be used, so the decoder goes on with its codes.
            trained.Averages?.Adopt(name => name.StartsWith("encoder.", StringComparison.Ordinal));
            log.Message("encoder and codebooks stay as they are from here on; the decoder is trained alone");
        }
    }

    private void StartFromData(RunLog log)
    {
        using var scope = NewDisposeScope();
        Tensor pooled = cat([.. Enumerable.Range(0, settings.Initialization.Batches).Select(StatisticsBatch)], 0);
        PrincipalInitialization.Apply(network, network.Normalize(pooled).Audio);
        trained.Averages?.Reset();
        log.Message($"weights set to principal components of {settings.Initialization.Batches * settings.Data.BatchSize} crops");
    }

    /// <summary>A batch for statistics alone: steps below -1 belong to no training step.</summary>
    private Tensor StatisticsBatch(int index) =>
        tensor(sampler.Batch(-2 - index), device: network.Device).view(settings.Data.BatchSize, settings.Model.Channels, -1);

    /// <summary>Sets the codebooks by k-means on pooled latents.</summary>
    private void StartQuantizing(long step, RunLog log)
    {
        long start = Stopwatch.GetTimestamp();
        using var scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        Tensor latents = cat([.. Enumerable.Range(0, settings.Quantizer.KmeansBatches).Select(Latents)], 0);
        network.Quantizer.Initialize(latents, settings.Quantizer.KmeansIterations, SplitMix.For(settings.Run.Seed, -1, 0), (level, residual) =>
        {
            if (int.IsPow2(level + 1))
            {
                log.Message($"k-means: {residual:P2} of the energy is left after level {level + 1}");
            }
        });
        Quantizing = true;
        log.Message($"quantization starts at step {step}; codebooks set in {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
    }

    /// <summary>[B * F, D].</summary>
    private Tensor Latents(int index)
    {
        using var scope = NewDisposeScope();
        (Tensor latent, _) = network.EncodeSegment(StatisticsBatch(index));
        return latent.permute(0, 2, 1).reshape(-1, latent.shape[1]).MoveToOuterDisposeScope();
    }
}
