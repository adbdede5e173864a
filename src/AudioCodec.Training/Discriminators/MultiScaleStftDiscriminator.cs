using AudioCodec.Numerics;
using AudioCodec.Torch.Layers;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Training.Discriminators;

/// <summary>Discriminators over several window lengths. Names of parameters and buffers are the official ones.</summary>
internal sealed class MultiScaleStftDiscriminator : nn.Module<Tensor, DiscriminatorOutput[]>
{
    [ComponentName(Name = "discriminators")]
    private readonly ModuleGroup _named;

    private readonly StftDiscriminator[] _scales;

    /// <summary>Creates discriminators with fresh weights.</summary>
    /// <param name="channels">Channels C of the audio.</param>
    /// <param name="filters">Filters of every convolution.</param>
    /// <param name="windows">Window lengths, samples.</param>
    /// <param name="random">Source of the weights.</param>
    public MultiScaleStftDiscriminator(int channels, int filters, IReadOnlyList<int> windows, SplitMix random)
        : base(nameof(MultiScaleStftDiscriminator))
    {
        _scales = [.. windows.Select(window => new StftDiscriminator(channels, filters, window, random))];
        _named = ModuleGroup.Numbered(_scales);
        RegisterComponents();
    }

    /// <summary>What each scale says of audio, [B, C, T].</summary>
    public override DiscriminatorOutput[] forward(Tensor audio) => [.. _scales.Select(scale => scale.call(audio))];
}
