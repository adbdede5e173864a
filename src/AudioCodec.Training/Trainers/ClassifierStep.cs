using AudioCodec.Numerics;
using AudioCodec.Torch.Classification;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Data.Classification;
using AudioCodec.Training.Optimization;
using AudioCodec.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AudioCodec.Training.Trainers;

/// <summary>One step of training a sound classifier: cross-entropy of each network on its own batch, update.</summary>
internal sealed class ClassifierStep(ClassifierTrainSettings settings, ClassifierNetwork network, TrainedNetwork trained, Device device)
{
    /// <summary>Runs a step.</summary>
    /// <param name="sampler">Draws the batches.</param>
    /// <param name="step">Number of the step, from 0.</param>
    public StepResult Run(WindowSampler sampler, long step)
    {
        // The library's own generator has a state of its own; seeded for each step, it need not be saved.
        manual_seed((long)(SplitMix.For(settings.Run.Seed, step + 1, -1).Next() >> 1));
        network.train();
        var result = new StepResult();
        double sum = 0;
        for (int member = 0; member < network.Members.Count; member++)
        {
            using var scope = NewDisposeScope();
            WindowBatch batch = sampler.Batch(step, member);
            Tensor windows = tensor(batch.Windows, [settings.Data.BatchSize, network.Config.WindowFrames, network.Config.MelBands], device: device);
            Tensor targets = tensor(batch.Targets, [settings.Data.BatchSize, network.Config.Labels.Count], device: device);
            Tensor loss = -(functional.log_softmax(network.Members[member].call(windows, settings.Data.Dropout), 1) * targets).sum([1L]).mean();
            loss.backward();
            sum += loss.ToDouble();
        }

        result.Values["loss"] = sum / network.Members.Count;
        double rate = LearningRate.At(settings.Optimizer, settings.Optimizer.Lr, step, settings.Run.Steps);
        result.Values["lr"] = rate;
        result.Values["gradient_norm"] = trained.Update(rate, settings.Optimizer.ClipNorm);
        return result;
    }
}
