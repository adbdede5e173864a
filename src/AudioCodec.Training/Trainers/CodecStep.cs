using AudioCodec.Codecs;
using AudioCodec.Numerics;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Losses;
using AudioCodec.Training.Modules;
using AudioCodec.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Trainers;

/// <summary>One step of codec training: forward, balanced gradient, update.</summary>
internal sealed class CodecStep : IDisposable
{
    private readonly CodecTrainSettings _settings;
    private readonly EncodecNetwork _network;
    private readonly NamedAdam _optimizer;
    private readonly Balancer _balancer;
    private readonly MultiScaleMelLoss _mel;
    private readonly EnvelopeLoss? _envelope;
    private readonly TextureLoss? _texture;
    private readonly Adversary? _adversary;
    private readonly int[] _levels;
    private readonly double[] _levelWeights;

    public CodecStep(CodecTrainSettings settings, EncodecNetwork network, NamedAdam optimizer, Balancer balancer, Adversary? adversary)
    {
        (_settings, _network, _optimizer, _balancer, _adversary) = (settings, network, optimizer, balancer, adversary);
        LossSettings losses = settings.Losses;
        _mel = new MultiScaleMelLoss(
            losses.MelPowers[0], losses.MelPowers[1], losses.MelBands, settings.Model.SampleRateHz, 0, losses.MelForm == "paper", losses.MelFloor, network.Tensors.Device);
        _envelope = losses.Envelope.Max > 0 ? new EnvelopeLoss(settings.Model.SampleRateHz, network.Tensors.Device) : null;
        _texture = losses.Texture.Max > 0 ? new TextureLoss(settings.Model.SampleRateHz, network.Tensors.Device) : null;
        _levels = [.. settings.Model.BandwidthsKbps.Select(network.Config.CodebooksFor)];
        Dictionary<double, double> frequencies = settings.Quantizer.BandwidthWeights;
        _levelWeights = [.. settings.Model.BandwidthsKbps.Select(b => frequencies.Count == 0 ? 1 : frequencies.GetValueOrDefault(b))];
    }

    /// <summary>Runs a step on a batch, [B, C, T].</summary>
    /// <param name="audio">The batch.</param>
    /// <param name="step">Number of the step, from 0.</param>
    /// <param name="quantize">Whether latents are quantized.</param>
    public StepResult Run(Tensor audio, long step, bool quantize)
    {
        var result = new StepResult();
        SplitMix random = SplitMix.For(_settings.Run.Seed, step + 1, 0);
        bool frozen = _settings.Quantizer.FreezeStep >= 0 && step >= _settings.Quantizer.FreezeStep;
        (Tensor latent, Tensor? scale) = EncodeSegment(audio, frozen);
        Tensor? commitment = null;
        Tensor decoded = latent;
        if (quantize)
        {
            int levels = _settings.Quantizer.RandomBandwidth ? DrawLevels(random) : _network.Quantizer.Levels;
            QuantizedLatent quantized = _network.Quantizer.Forward(latent, levels, frozen ? null : random);
            decoded = quantized.Latent;
            Tensor mean = quantized.Commitments.mean();
            commitment = frozen ? null : mean;
            result.Values["commitment"] = mean.ToDouble();
            result.Values["levels"] = levels;
        }

        Tensor output = _network.DecodeSegment(decoded, scale);
        Tensor gradient = OutputGradient(audio, output, step, random, result);
        Backward(output, gradient, commitment);
        if (result.IsFinite)
        {
            double rate = LearningRate.At(_settings.Optimizer, _settings.Optimizer.Lr, step, _settings.Run.Steps);
            result.Values["lr"] = rate;
            result.Values["gradient_norm"] = _optimizer.ClipGradients(_settings.Optimizer.ClipNorm);
            if (result.IsFinite)
            {
                _optimizer.Step(rate);
            }
        }

        return result;
    }

    public void Dispose()
    {
        _mel.Dispose();
        _envelope?.Dispose();
        _texture?.Dispose();
    }

    private (Tensor Latent, Tensor? Scale) EncodeSegment(Tensor audio, bool frozen)
    {
        using IDisposable? silent = frozen ? no_grad() : null;
        return _network.EncodeSegment(audio);
    }

    /// <summary>One pass for both gradients: the balanced one at the output, and the commitment loss's own.</summary>
    private void Backward(Tensor output, Tensor gradient, Tensor? commitment)
    {
        if (commitment is null || _settings.Losses.Commitment <= 0)
        {
            autograd.backward([output], [gradient]);
            return;
        }

        Tensor weight = tensor((float)_settings.Losses.Commitment, device: output.device);
        autograd.backward([output, commitment], [gradient, weight]);
    }

    /// <summary>Codebooks of this step, by the bandwidths' weights.</summary>
    private int DrawLevels(SplitMix random) => _levels[random.NextIndex(_levelWeights)];

    /// <summary>The mel loss's scales of this step.</summary>
    private int[] Scales(SplitMix random)
    {
        int wanted = _settings.Losses.MelScalesPerStep;
        List<int> all = [.. Enumerable.Range(0, _mel.Scales)];
        while (wanted > 0 && all.Count > wanted)
        {
            all.RemoveAt((int)random.NextInt64(all.Count));
        }

        return [.. all];
    }

    /// <summary>The balanced gradient of all losses at the decoder's output, averaged over the batch's items.</summary>
    private Tensor OutputGradient(Tensor audio, Tensor output, long step, SplitMix random, StepResult result)
    {
        Tensor leaf = output.detach().requires_grad_(true);
        Tensor target = audio.flatten(0, 1);
        LossSettings weights = _settings.Losses;
        Tensor l1 = (leaf - audio).abs().mean();
        Tensor mel = _mel.Forward(leaf.flatten(0, 1), target, Scales(random));
        var losses = new List<(string Name, Tensor Loss, double Weight)> { ("l1", l1, weights.L1.At(step)), ("mel", mel, weights.Mel.At(step)) };
        if (_envelope is not null && weights.Envelope.At(step) is > 0 and double envelopeWeight)
        {
            losses.Add(("envelope", _envelope.Forward(leaf.flatten(0, 1), target), envelopeWeight));
        }

        if (_texture is not null && weights.Texture.At(step) is > 0 and double textureWeight)
        {
            losses.Add(("texture", _texture.Forward(leaf.flatten(0, 1), target), textureWeight));
        }

        if (_adversary is not null && step >= _settings.Discriminator.StartStep)
        {
            losses.AddRange(_adversary.Losses(audio, leaf, step, random, result));
        }

        foreach ((string name, Tensor loss, _) in losses)
        {
            result.Values[name] = loss.ToDouble();
        }

        return _balancer.Gradient([.. losses.Where(l => l.Weight > 0)], leaf) / audio.shape[0];
    }
}
