using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Seanet;
using AudioCodec.Torch;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace AudioCodec.Training.Initialization;

/// <summary>Starts a codec as a transform codec: a cascade of principal-component transforms of blocks, and its inverse.</summary>
/// <remarks>
/// A network of random weights first has to learn to carry a waveform through its strides, which takes thousands of steps. Here every
/// strided convolution takes the principal components of the block that its stride covers (a Karhunen-Loeve transform in stages), the
/// transposed convolutions undo it, and what the latents hold comes back at once. Components travel in the first channels of each
/// layer, lifted by an offset so that ELU passes them unchanged; the other channels, the taps outside the block and the residual
/// branches start with small random values and are what training works with. The last channel of each decoder layer is constant: it
/// carries the offsets that differ from sample to sample of a block.
/// </remarks>
internal sealed class PrincipalInitialization
{
    /// <summary>Size of the random weights beside the components, in that of a layer of random weights.</summary>
    private const double Spread = 0.05;

    /// <summary>Size left to residual branches.</summary>
    private const double Branch = 0.1;

    /// <summary>Latents are scaled by deviation^-this: so that the quantizer spends bits on weak components too.</summary>
    private const double LatentFlattening = 0.25;

    private readonly IReadOnlyDictionary<string, Tensor> _tensors;
    private readonly EncodecConfig _config;

    private PrincipalInitialization(EncodecNetwork network) => (_tensors, _config) = (network.state_dict(), network.Config);

    /// <summary>Overwrites a network's weights.</summary>
    /// <param name="network">A fresh network without normalization of activations.</param>
    /// <param name="audio">[N, C, T] of the kind of audio it is for; T a multiple of the hop.</param>
    public static void Apply(EncodecNetwork network, Tensor audio)
    {
        using var scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        new PrincipalInitialization(network).Run(audio.cpu());
    }

    private void Run(Tensor audio)
    {
        Tensor samples = audio.permute(0, 2, 1).contiguous();
        var stages = new List<PrincipalStage> { PrincipalStage.Signal(_config.Channels, samples.square().mean().sqrt().ToDouble()) };
        int channels = _config.Filters;
        foreach (int ratio in _config.Ratios.Reverse())
        {
            channels *= 2;

            // A quarter of the channels is left to what is not linear.
            int most = stages.Count == _config.Ratios.Count ? Math.Min(channels * 3 / 4, _config.Dimension) : channels * 3 / 4;
            stages.Add(PrincipalStage.Of(ref samples, ratio, most));
        }

        double[] latent = PrincipalStage.Flatten(stages[^1].Deviations, LatentFlattening);
        Encoder(stages, latent);
        Decoder(stages, latent);
    }

    private void Encoder(List<PrincipalStage> stages, double[] latent)
    {
        SeanetPlan plan = SeanetPlan.Encoder(_config);
        double[] offsets = First((ConvLayer)plan.Layers[0], stages[0]);
        int stage = 0;
        foreach (SeanetLayer layer in plan.Layers.Skip(1).SkipLast(1))
        {
            switch (layer)
            {
                case ResidualLayer unit:
                    PassOn(unit, offsets, constant: null);
                    break;
                case ConvLayer down:
                    offsets = Down(down, stages[stage], stages[++stage], offsets);
                    break;
            }
        }

        var last = new PrincipalConv(_tensors, (ConvLayer)plan.Layers[^1]);
        last.Scale(latent.Length, Spread);
        for (int k = 0; k < latent.Length; k++)
        {
            last.Add(k, k, ((ConvLayer)plan.Layers[^1]).PadLeft, latent[k] / stages[^1].Scales[k]);
        }

        last.Store(offsets, new double[_config.Dimension]);
    }

    /// <summary>The signal in the first channels.</summary>
    /// <returns>What the layer's outputs are lifted by.</returns>
    private double[] First(ConvLayer layer, PrincipalStage signal)
    {
        var first = new PrincipalConv(_tensors, layer);
        first.Scale(1 / signal.Deviations[0]);
        first.Scale(signal.Components, Spread);
        for (int c = 0; c < signal.Components; c++)
        {
            first.Add(c, c, layer.PadLeft, signal.Scales[c]);
        }

        double[] offsets = Offsets(signal, layer.OutputChannels);
        first.Store(new double[layer.InputChannels], offsets);
        return offsets;
    }

    /// <summary>The principal components of the blocks that a stride covers.</summary>
    /// <returns>What the layer's outputs are lifted by.</returns>
    private double[] Down(ConvLayer layer, PrincipalStage from, PrincipalStage to, double[] offsets)
    {
        var down = new PrincipalConv(_tensors, layer);
        down.Scale(to.Components, Spread);
        EachEntry(to, from, (k, i, j, weight) => down.Add(k, i, layer.PadLeft + j, weight * to.Scales[k] / from.Scales[i]));
        double[] lifted = Offsets(to, layer.OutputChannels);
        down.Store(offsets, lifted);
        return lifted;
    }

    private void Decoder(List<PrincipalStage> stages, double[] latent)
    {
        SeanetPlan plan = SeanetPlan.Decoder(_config);
        double[] offsets = Latents((ConvLayer)plan.Layers[0], stages[^1], latent);
        int stage = stages.Count - 1;
        foreach (SeanetLayer layer in plan.Layers.Skip(1).SkipLast(1))
        {
            switch (layer)
            {
                case ResidualLayer unit:
                    PassOn(unit, offsets, constant: unit.Channels - 1);
                    break;
                case ConvLayer up:
                    offsets = Up(up, stages[stage], stages[--stage], offsets);
                    break;
            }
        }

        var last = new PrincipalConv(_tensors, (ConvLayer)plan.Layers[^1]);
        last.Scale(_config.Channels, Spread);
        for (int c = 0; c < _config.Channels; c++)
        {
            last.Add(c, c, ((ConvLayer)plan.Layers[^1]).PadLeft, 1 / stages[0].Scales[c]);
        }

        last.Store(offsets, new double[_config.Channels]);
    }

    /// <summary>The latents in the first channels, and the constant in the last.</summary>
    /// <returns>What the layer's outputs are lifted by.</returns>
    private double[] Latents(ConvLayer layer, PrincipalStage deepest, double[] latent)
    {
        var first = new PrincipalConv(_tensors, layer);
        first.Scale(latent.Length, Spread);
        for (int k = 0; k < latent.Length; k++)
        {
            first.Add(k, k, layer.PadLeft, deepest.Scales[k] / latent[k]);
        }

        first.Silence(layer.OutputChannels - 1);
        double[] offsets = Offsets(deepest, layer.OutputChannels);
        offsets[^1] = 1;
        first.Store(new double[layer.InputChannels], offsets);
        return offsets;
    }

    /// <summary>Blocks out of their principal components.</summary>
    /// <returns>What the layer's outputs are lifted by.</returns>
    private double[] Up(ConvLayer layer, PrincipalStage from, PrincipalStage to, double[] offsets)
    {
        var up = new PrincipalConv(_tensors, layer);
        up.Scale(to.Components, Spread);
        EachEntry(from, to, (k, i, j, weight) => up.Add(i, k, layer.TrimLeft + j, weight * to.Scales[i] / from.Scales[k]));
        double[] lifted = Offsets(to, layer.OutputChannels);
        lifted[^1] = 1;
        up.Store(offsets, lifted);
        return lifted;
    }

    /// <summary>A unit's shortcut passes its input on, its branch starts small.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="offsets">What its channels are lifted by.</param>
    /// <param name="constant">The channel that is constant, where there is one.</param>
    private void PassOn(ResidualLayer unit, double[] offsets, int? constant)
    {
        if (unit.Shortcut is not null)
        {
            var shortcut = new PrincipalConv(_tensors, unit.Shortcut);
            shortcut.Scale(unit.Channels, Spread);
            SilenceIfAny(shortcut, constant);
            for (int c = 0; c < unit.Channels; c++)
            {
                shortcut.Add(c, c, 0, 1);
            }

            shortcut.Store(offsets, offsets);
        }

        var hidden = new double[unit.Reduce.OutputChannels];
        new PrincipalConv(_tensors, unit.Reduce).Store(offsets, hidden);
        var branch = new PrincipalConv(_tensors, unit.Expand);
        branch.Scale(unit.Channels, Branch);
        SilenceIfAny(branch, constant);
        branch.Store(hidden, new double[unit.Channels]);
    }

    private static void SilenceIfAny(PrincipalConv conv, int? output)
    {
        if (output is int channel)
        {
            conv.Silence(channel);
        }
    }

    private static double[] Offsets(PrincipalStage stage, int channels) =>
        [.. Enumerable.Range(0, channels).Select(c => c < stage.Components ? stage.Offset(c) : 0)];

    /// <summary>Visits the weights of a transform: component, component of the stage before, sample of the block, weight.</summary>
    private static void EachEntry(PrincipalStage stage, PrincipalStage inner, Action<int, int, int, double> entry)
    {
        for (int k = 0; k < stage.Components; k++)
        {
            for (int column = 0; column < stage.Basis[k].Length; column++)
            {
                entry(k, column % inner.Components, column / inner.Components, stage.Basis[k][column]);
            }
        }
    }
}
