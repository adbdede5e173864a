using AudioCodec.Numerics;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Discriminators;
using AudioCodec.Training.Losses;
using AudioCodec.Training.Modules;
using AudioCodec.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Trainers;

/// <summary>The discriminator's side of training: its own updates, and the losses that it gives the codec.</summary>
internal sealed class Adversary : IDisposable
{
    private readonly CodecTrainSettings _settings;
    private readonly MultiScaleStftDiscriminator _discriminator;

    public Adversary(CodecTrainSettings settings, Device device)
    {
        _settings = settings;
        _discriminator = new MultiScaleStftDiscriminator(
            settings.Model.Channels, settings.Discriminator.Filters, settings.Discriminator.Windows, settings.Run.Seed, device);
        Optimizer = new NamedAdam(_discriminator.Tensors, settings.Optimizer.Betas[0], settings.Optimizer.Betas[1], 0);
    }

    /// <summary>The discriminator's tensors.</summary>
    public ParameterSet Tensors => _discriminator.Tensors;

    /// <summary>The discriminator's optimizer.</summary>
    public NamedAdam Optimizer { get; }

    /// <summary>Updates the discriminator (with the recipe's probability) and gives the codec's adversarial and feature losses.</summary>
    /// <param name="real">Audio, [B, C, T].</param>
    /// <param name="fake">The codec's output as a leaf, [B, C, T].</param>
    /// <param name="step">Number of the step.</param>
    /// <param name="random">Decides whether this step updates.</param>
    /// <param name="result">Receives the discriminator's numbers.</param>
    public IEnumerable<(string Name, Tensor Loss, double Weight)> Losses(Tensor real, Tensor fake, long step, SplitMix random, StepResult result)
    {
        if (random.NextDouble() < _settings.Discriminator.UpdateProbability)
        {
            Update(real, fake, step, result);
        }

        (Tensor Logits, Tensor[] Maps)[] realMaps;
        using (no_grad())
        {
            realMaps = _discriminator.Forward(real);
        }

        (Tensor Logits, Tensor[] Maps)[] fakeMaps = _discriminator.Forward(fake);
        return
        [
            ("adversarial", AdversarialLosses.Generator(fakeMaps), _settings.Losses.Adversarial),
            ("feature", AdversarialLosses.FeatureMatching(realMaps, fakeMaps), _settings.Losses.Feature),
        ];
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        _discriminator.Dispose();
    }

    private void Update(Tensor real, Tensor fake, long step, StepResult result)
    {
        Tensor loss = AdversarialLosses.Discriminator(_discriminator.Forward(real), _discriminator.Forward(fake.detach()));
        result.Values["discriminator"] = loss.ToDouble();
        loss.backward();
        result.Values["discriminator_gradient_norm"] = Optimizer.ClipGradients(_settings.Optimizer.ClipNorm);
        if (result.IsFinite)
        {
            DiscriminatorSettings own = _settings.Discriminator;
            Optimizer.Step(LearningRate.At(_settings.Optimizer, own.Lr, step, _settings.Run.Steps, own.StartStep));
        }
    }
}
