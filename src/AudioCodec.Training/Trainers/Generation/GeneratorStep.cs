using System.Globalization;
using AudioCodec.Numerics;
using AudioCodec.Torch.Generation;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Data.Generation;
using AudioCodec.Training.Optimization;
using AudioCodec.Training.Runs;
using static TorchSharp.torch;

namespace AudioCodec.Training.Trainers.Generation;

/// <summary>One step of training a generator: cross-entropy of the codes of a batch, update.</summary>
internal sealed class GeneratorStep(
    GeneratorTrainSettings settings, TokenNetwork network, TrainedNetwork trained, TokenPrediction prediction, ICaptionEncoder captions)
{
    /// <summary>Runs a step.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="step">Number of the step, from 0.</param>
    public StepResult Run(GeneratorBatch batch, long step)
    {
        var result = new StepResult();
        if (settings.Model.Dropout > 0)
        {
            // The library's own generator has a state of its own; seeded for each step, it need not be saved.
            manual_seed((long)(SplitMix.For(settings.Run.Seed, step + 1, -1).Next() >> 1));
        }

        TextCondition? text = captions.Encode(batch.Captions, settings.Model.Dropout);
        Tensor entropies = prediction.CrossEntropies(batch, network, tokens => network.call(tokens, text, settings.Model.Dropout));
        Tensor loss = entropies.mean();
        loss.backward();
        double rate = LearningRate.At(settings.Optimizer, settings.Optimizer.Lr, step, settings.Run.Steps);
        result.Values["gradient_norm"] = trained.Update(rate, settings.Optimizer.ClipNorm);
        result.Values["lr"] = rate;
        float[] values = [.. entropies.detach().cpu().data<float>()];
        for (int k = 0; k < values.Length; k++)
        {
            result.Values[string.Create(CultureInfo.InvariantCulture, $"cross_entropy_{k}")] = values[k];
        }

        result.Values["loss"] = values.Average();
        return result;
    }
}
