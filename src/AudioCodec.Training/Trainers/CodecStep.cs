using AudioCodec.Numerics;
using AudioCodec.Torch;
using AudioCodec.Torch.Quantization;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Losses;
using AudioCodec.Training.Optimization;
using AudioCodec.Training.Runs;
using static TorchSharp.torch;

namespace AudioCodec.Training.Trainers;

/// <summary>One step of codec training: forward, balanced gradient, update.</summary>
internal sealed class CodecStep(
    CodecTrainSettings settings, EncodecNetwork network, TrainedNetwork trained, CodecLosses losses, Balancer balancer, Adversary? adversary)
{
    private readonly int[] _levels = [.. settings.Model.BandwidthsKbps.Select(network.Config.CodebooksFor)];
    private readonly double[] _levelWeights = [.. settings.Model.BandwidthsKbps.Select(
        b => settings.Quantizer.BandwidthWeights.Count == 0 ? 1 : settings.Quantizer.BandwidthWeights.GetValueOrDefault(b))];

    /// <summary>Makes a step.</summary>
    /// <param name="audio">The batch, [B, C, T].</param>
    /// <param name="step">Number of the step, from 0.</param>
    /// <param name="quantize">Whether latents are quantized.</param>
    public StepResult Run(Tensor audio, long step, bool quantize)
    {
        var result = new StepResult();
        SplitMix random = SplitMix.For(settings.Run.Seed, step + 1, 0);
        bool frozen = settings.Quantizer.FreezeStep >= 0 && step >= settings.Quantizer.FreezeStep;
        (Tensor latent, Tensor? scale) = Encode(audio, frozen);
        Tensor? commitment = null;
        if (quantize)
        {
            int levels = settings.Quantizer.RandomBandwidth ? _levels[random.NextIndex(_levelWeights)] : network.Quantizer.Levels;
            QuantizedLatent quantized = network.Quantizer.Quantize(latent, levels, frozen ? null : random);
            latent = quantized.Latent;
            commitment = quantized.Commitments.mean();
            result.Values["levels"] = levels;
        }

        Tensor output = network.DecodeSegment(latent, scale);
        if (OutputGradient(audio, output, commitment, step, random, result) is { } gradient)
        {
            Backward(output, gradient, frozen ? null : commitment);
            double rate = LearningRate.At(settings.Optimizer, settings.Optimizer.Lr, step, settings.Run.Steps);
            result.Values["lr"] = rate;
            result.Values["gradient_norm"] = trained.Update(rate, settings.Optimizer.ClipNorm);
        }

        return result;
    }

    private (Tensor Latent, Tensor? Scale) Encode(Tensor audio, bool frozen)
    {
        using IDisposable? withoutGraph = frozen ? no_grad() : null;
        return network.EncodeSegment(audio);
    }

    /// <summary>
    /// The balanced gradient of all losses at the decoder's output, averaged over the batch's items; <see langword="null"/> where a loss is not finite. The
    /// discriminator is updated after it.
    /// </summary>
    private Tensor? OutputGradient(Tensor audio, Tensor output, Tensor? commitment, long step, SplitMix random, StepResult result)
    {
        Tensor leaf = output.detach().requires_grad_(true);
        List<(string Name, Tensor Loss, double Weight)> all = losses.Compute(leaf, audio, step, random);
        Tensor? judging = null;
        if (adversary is not null && settings.Discriminator.IsActive(step))
        {
            bool train = random.NextDouble() < settings.Discriminator.UpdateProbability;
            (IReadOnlyList<(string Name, Tensor Loss, double Weight)> codec, judging) = adversary.Judge(audio, leaf, train);
            all.AddRange(codec);
        }

        List<(string Name, Tensor Loss)> logged = [.. all.Select(l => (l.Name, l.Loss))];
        if (commitment is not null)
        {
            logged.Add(("commitment", commitment));
        }

        if (judging is not null)
        {
            logged.Add(("discriminator", judging));
        }

        foreach (((string name, _), double value) in logged.Zip(Scalars.Read(logged.Select(l => l.Loss))))
        {
            result.Values[name] = value;
        }

        if (!result.IsFinite)
        {
            return null;
        }

        bool measure = step % settings.Losses.BalancerEvery == 0;
        Tensor gradient = balancer.Gradient([.. all.Where(l => l.Weight > 0)], leaf, measure) / audio.shape[0];
        if (judging is not null)
        {
            result.Values["discriminator_gradient_norm"] = adversary!.Update(judging, step); // It made the loss.
        }

        return gradient;
    }

    /// <summary>One pass for both gradients: the balanced one at the output, and the commitment loss's own.</summary>
    private void Backward(Tensor output, Tensor gradient, Tensor? commitment)
    {
        if (commitment is null || settings.Losses.Commitment <= 0)
        {
            autograd.backward([output], [gradient]);
            return;
        }

        Tensor weight = tensor((float)settings.Losses.Commitment, device: output.device);
        autograd.backward([output, commitment], [gradient, weight]);
    }
}
