using AudioCodec.Numerics;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Layers;

/// <summary>Convolution of pictures without bias, with zeros around that keep their size: [B, I, H, W] to [B, O, H, W].</summary>
internal sealed class PlainConv2d : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    private readonly int _padding;

    /// <summary>Draws the weight evenly, with the variance that keeps a rectified signal's power (He et al. 2015).</summary>
    /// <param name="inputs">Channels I.</param>
    /// <param name="outputs">Channels O.</param>
    /// <param name="size">Side of the kernel, odd.</param>
    /// <param name="random">Source of the weight.</param>
    public PlainConv2d(int inputs, int outputs, int size, SplitMix random)
        : base(nameof(PlainConv2d))
    {
        _padding = size / 2;
        _weight = FreshValues.UniformParameter(random, Math.Sqrt(6.0 / (inputs * size * size)), outputs, inputs, size, size);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => nn.functional.conv2d(x, _weight, padding: [_padding, _padding]);
}
