using AudioCodec.Numerics;
using AudioCodec.Torch.Layers;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Discriminators;
using AudioCodec.Training.Losses;
using AudioCodec.Training.Optimization;
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

    /// <summary>Runs the discriminator once on both sides, for the codec's losses and for its own.</summary>
    /// <param name="real">Audio, [B, C, T].</param>
    /// <param name="fake">The codec's output as a leaf, [B, C, T].</param>
    /// <param name="train">Whether the discriminator is trained in this step.</param>
    /// <returns>The codec's losses, and the discriminator's where it is trained: the codec is judged by the discriminator as it is before its update.</returns>
    public (IReadOnlyList<(string Name, Tensor Loss, double Weight)> Codec, Tensor? Own) Judge(Tensor real, Tensor fake, bool train)
    {
        DiscriminatorOutput[] ofReal;
        using (train ? null : no_grad())
        {
            ofReal = _discriminator.call(real);
        }

        DiscriminatorOutput[] ofFake = _discriminator.call(fake);
        return (
            [
                ("adversarial", AdversarialLosses.Generator(ofFake), _settings.Losses.Adversarial),
                ("feature", AdversarialLosses.FeatureMatching(ofReal, ofFake), _settings.Losses.Feature),
            ],
            train ? AdversarialLosses.Discriminator(ofReal, ofFake) : null);
    }

    /// <summary>Trains the discriminator by one step, once the codec's gradient is made.</summary>
    /// <param name="loss">Its own loss of <see cref="Judge"/>, which is finite.</param>
    /// <param name="step">Number of the step.</param>
    /// <returns>Norm of its gradient.</returns>
    public double Update(Tensor loss, long step)
    {
        // Its weights only: the codec's output gets no gradient of this.
        autograd.backward([loss], inputs: [.. _discriminator.parameters()]);
        DiscriminatorSettings own = _settings.Discriminator;
        double rate = LearningRate.At(_settings.Optimizer, own.Lr, step, _settings.Run.Steps, own.StartStep);
        return Trained.Update(rate, _settings.Optimizer.ClipNorm);
    }

    public void Dispose() => Trained.Dispose();
}
