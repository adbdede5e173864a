using AudioCodec.Numerics;
using AudioCodec.Torch.Layers;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Discriminators;
using AudioCodec.Training.Losses;
using AudioCodec.Training.Optimization;
using AudioCodec.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Trainers;

/// <summary>The discriminator's side of training: its updates, and the losses that it gives the codec.</summary>
internal sealed class Adversary : IDisposable
{
    private readonly CodecTrainSettings _settings;
    private readonly MultiScaleStftDiscriminator _discriminator;

    /// <summary>Creates a discriminator with fresh weights.</summary>
    /// <param name="settings">The recipe.</param>
    /// <param name="device">Where it lives.</param>
    /// <param name="reducedPrecision">Whether its convolutions are computed in bfloat16.</param>
    public Adversary(CodecTrainSettings settings, Device device, bool reducedPrecision = false)
    {
        _settings = settings;
        DiscriminatorSettings own = settings.Discriminator;
        _discriminator = new MultiScaleStftDiscriminator(settings.Model.Channels, own.Filters, own.Windows, SplitMix.For(settings.Run.Seed, 0, 1)).to(device);
        _discriminator.SetReducedPrecision(reducedPrecision);
        Trained = new TrainedNetwork("discriminator", _discriminator, settings.Optimizer, averaged: false);
    }

    /// <summary>The discriminator in training.</summary>
    public TrainedNetwork Trained { get; }

    /// <summary>Trains the discriminator by one step.</summary>
    /// <param name="real">Audio, [B, C, T].</param>
    /// <param name="fake">The codec's output without its graph, [B, C, T].</param>
    /// <param name="step">Number of the step.</param>
    /// <param name="result">Receives the discriminator's numbers. Where one is not finite, no weight has changed.</param>
    public void Update(Tensor real, Tensor fake, long step, StepResult result)
    {
        Tensor loss = AdversarialLosses.Discriminator(_discriminator.call(real), _discriminator.call(fake));
        double value = loss.ToDouble();
        result.Values["discriminator"] = value;
        if (double.IsFinite(value))
        {
            loss.backward();
            DiscriminatorSettings own = _settings.Discriminator;
            double rate = LearningRate.At(_settings.Optimizer, own.Lr, step, _settings.Run.Steps, own.StartStep);
            result.Values["discriminator_gradient_norm"] = Trained.Update(rate, _settings.Optimizer.ClipNorm);
        }
    }

    /// <summary>The codec's adversarial and feature losses.</summary>
    /// <param name="real">Audio, [B, C, T].</param>
    /// <param name="fake">The codec's output as a leaf, [B, C, T].</param>
    public IEnumerable<(string Name, Tensor Loss, double Weight)> Losses(Tensor real, Tensor fake)
    {
        DiscriminatorOutput[] ofReal;
        using (no_grad())
        {
            ofReal = _discriminator.call(real);
        }

        DiscriminatorOutput[] ofFake = _discriminator.call(fake);
        return
        [
            ("adversarial", AdversarialLosses.Generator(ofFake), _settings.Losses.Adversarial),
            ("feature", AdversarialLosses.FeatureMatching(ofReal, ofFake), _settings.Losses.Feature),
        ];
    }

    public void Dispose() => Trained.Dispose();
}
