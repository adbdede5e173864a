using System.Diagnostics;
using AudioCodec.Numerics;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Data;
using AudioCodec.Training.Logging;
using AudioCodec.Training.Modules;
using AudioCodec.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Trainers;

/// <summary>What a codec run does once, between two steps: initial values from the data, start of quantization, end of the encoder's training.</summary>
internal sealed class CodecPhases(
    CodecTrainSettings settings, TrainOptions options, EncodecNetwork network, NamedAdam optimizer, CropSampler sampler)
{
    /// <summary>Whether latents are quantized; part of the run's state.</summary>
    public bool Quantizing { get; set; }

    /// <summary>Enters the phases that begin with a step.</summary>
    public void Enter(long step, RunLog log)
    {
        if (step == 0 && options.InitializeFrom is null && settings.Initialization.Form == "principal")
        {
            StartFromData(log);
        }

        if (!Quantizing && step >= settings.Quantizer.StartStep)
        {
            StartQuantizing(step, log);
        }

        if (step == settings.Quantizer.FreezeStep)
        {
            Freeze(log);
        }
    }

    private void StartFromData(RunLog log)
    {
        using var scope = NewDisposeScope();
        Tensor pooled = cat([.. Enumerable.Range(0, settings.Initialization.Batches).Select(Pooled)], 0);
        PrincipalInitialization.Apply(network, network.Normalize(pooled).Audio);
        optimizer.ResetAverages();
        log.Message($"weights set to principal components of {settings.Initialization.Batches * settings.Data.BatchSize} crops");
    }

    /// <summary>A batch drawn for statistics alone: steps below -1 belong to no training step.</summary>
    private Tensor Pooled(int index)
    {
        float[] batch = sampler.Batch(-2 - index);
        (long items, long channels) = (settings.Data.BatchSize, settings.Model.Channels);
        return tensor(batch, [items, channels, batch.Length / items / channels], dtype: null, device: network.Tensors.Device);
    }

    /// <summary>Sets the codebooks by k-means on pooled latents.</summary>
    private void StartQuantizing(long step, RunLog log)
    {
        long start = Stopwatch.GetTimestamp();
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        var pooled = new List<Tensor>();
        for (int i = 0; i < settings.Quantizer.KmeansBatches; i++)
        {
            using var inner = NewDisposeScope();
            (Tensor latent, _) = network.EncodeSegment(Pooled(i));
            pooled.Add(latent.permute(0, 2, 1).reshape(-1, latent.shape[1]).MoveToOuterDisposeScope());
        }

        network.Quantizer.Initialize(cat(pooled, 0), settings.Quantizer.KmeansIterations, SplitMix.For(settings.Run.Seed, -1, 0), (level, left) =>
        {
            if (int.IsPow2(level + 1))
            {
                log.Message($"k-means: {left:P2} of the energy left after level {level + 1}");
            }
        });
        Quantizing = true;
        log.Message($"quantization starts at step {step}; codebooks set in {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
    }

    /// <summary>The averaged encoder is the one that will be used, so the decoder goes on with its codes.</summary>
    private void Freeze(RunLog log)
    {
        if (optimizer.Averages)
        {
            optimizer.AdoptAverages(name => name.StartsWith("encoder.", StringComparison.Ordinal));
        }

        log.Message("encoder and codebooks stay as they are from here on; the decoder is trained alone");
    }
}
