using AudioCodec.Numerics;
using AudioCodec.Torch.Entropy;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Data;
using AudioCodec.Training.Optimization;
using AudioCodec.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AudioCodec.Training.Trainers;

/// <summary>One step of training a language model: cross-entropy over the codes of a batch, update.</summary>
internal sealed class LmStep(LmTrainSettings settings, EntropyNetwork network, TrainedNetwork trained)
{
    /// <summary>Runs a step.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="step">Number of the step, from 0.</param>
    public StepResult Run(CodeBatch batch, long step)
    {
        var result = new StepResult();
        Device device = network.Device;
        double dropout = settings.Data.Dropout;
        if (dropout > 0)
        {
            // The library's own generator has a state of its own; seeded for each step, it need not be saved.
            manual_seed((long)(SplitMix.For(settings.Run.Seed, step + 1, -1).Next() >> 1));
        }

        Tensor previous = tensor(batch.Previous, [batch.Codebooks, batch.Items, batch.Steps], dtype: null, device: device);
        Tensor[] targets = tensor(batch.Targets, [batch.Codebooks, (long)batch.Items * batch.Steps], dtype: null, device: device).unbind(0);
        Tensor hidden = network.call(previous, dropout);
        Tensor leaf = hidden.detach().requires_grad_(true);
        Tensor bits = HeadGradients(leaf, targets);
        autograd.backward([hidden], [leaf.grad!]);

        result.Values["bits"] = bits.ToDouble();
        result.Values[$"bits_of_{batch.Codebooks:D2}"] = result.Values["bits"];
        double rate = LearningRate.At(settings.Optimizer, settings.Optimizer.Lr, step, settings.Run.Steps);
        result.Values["lr"] = rate;
        result.Values["gradient_norm"] = trained.Update(rate, settings.Optimizer.ClipNorm);
        return result;
    }

    /// <summary>
    /// Gradients of the mean over codebooks at the heads and at the transformer's output. Each codebook's logits are freed before the
    /// next one's are made: all together they would be hundreds of megabytes.
    /// </summary>
    /// <returns>Bits per code.</returns>
    private Tensor HeadGradients(Tensor leaf, Tensor[] targets)
    {
        Tensor bits = zeros(1, device: leaf.device);
        for (int k = 0; k < targets.Length; k++)
        {
            using var scope = NewDisposeScope();
            Tensor loss = functional.cross_entropy(network.Logits(leaf, k), targets[k], ignore_index: CodeBatch.NoCode) / targets.Length;
            loss.backward();
            bits.add_(loss.detach(), alpha: 1 / Math.Log(2));
        }

        return bits;
    }
}
