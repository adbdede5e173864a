using AudioCodec.Numerics;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Trainers;

/// <summary>The losses that a recipe puts on a codec's output, without those of a discriminator.</summary>
internal sealed class CodecLosses : IDisposable
{
    private readonly LossSettings _settings;
    private readonly MultiScaleMelLoss _mel;
    private readonly EnvelopeLoss? _envelope;
    private readonly TextureLoss? _texture;

    public CodecLosses(LossSettings settings, int sampleRateHz, Device device)
    {
        _settings = settings;
        (int first, int last) = (settings.MelPowers[0], settings.MelPowers[1]);
        _mel = new MultiScaleMelLoss(first, last, settings.MelBands, sampleRateHz, 0, settings.MelForm == "paper", settings.MelFloor).to(device);
        _envelope = settings.Envelope.Max > 0 ? new EnvelopeLoss(sampleRateHz).to(device) : null;
        _texture = settings.Texture.Max > 0 ? new TextureLoss(sampleRateHz).to(device) : null;
    }

    /// <summary>The losses of a step by name, with their weights.</summary>
    /// <param name="output">The codec's output as a leaf, [B, C, T].</param>
    /// <param name="audio">Its target, [B, C, T].</param>
    /// <param name="step">Number of the step.</param>
    /// <param name="random">Draws the scales of the mel loss.</param>
    public List<(string Name, Tensor Loss, double Weight)> Compute(Tensor output, Tensor audio, long step, SplitMix random)
    {
        (Tensor rows, Tensor target) = (output.flatten(0, 1), audio.flatten(0, 1));
        var losses = new List<(string Name, Tensor Loss, double Weight)>
        {
            ("l1", (output - audio).abs().mean(), _settings.L1.At(step)),
            ("mel", _mel.Forward(rows, target, Scales(random)), _settings.Mel.At(step)),
        };
        if (_envelope is not null && _settings.Envelope.At(step) is > 0 and double envelopeWeight)
        {
            losses.Add(("envelope", _envelope.call(rows, target), envelopeWeight));
        }

        if (_texture is not null && _settings.Texture.At(step) is > 0 and double textureWeight)
        {
            losses.Add(("texture", _texture.call(rows, target), textureWeight));
        }

        return losses;
    }

    public void Dispose()
    {
        _mel.Dispose();
        _envelope?.Dispose();
        _texture?.Dispose();
    }

    /// <summary>The mel loss's scales of one step.</summary>
    private List<int> Scales(SplitMix random)
    {
        List<int> scales = [.. Enumerable.Range(0, _mel.Scales)];
        while (_settings.MelScalesPerStep > 0 && scales.Count > _settings.MelScalesPerStep)
        {
            scales.RemoveAt((int)random.NextInt64(scales.Count));
        }

        return scales;
    }
}
