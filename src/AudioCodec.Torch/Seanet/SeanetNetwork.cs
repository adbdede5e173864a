using AudioCodec.Codecs.Seanet;
using AudioCodec.Numerics;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Seanet;

/// <summary>Encoder or decoder: the layers of a plan. [B, C, T] to [B, C', T'].</summary>
internal sealed class SeanetNetwork : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "model")]
    private readonly Sequential _model;

    /// <summary>Creates the layers with fresh weights.</summary>
    /// <param name="plan">The layers.</param>
    /// <param name="outputLevel">Root mean square of a fresh network's output for input of unit root mean square.</param>
    /// <param name="random">Source of the weights.</param>
    /// <param name="centered">Whether convolutions act on their input minus centers.</param>
    public SeanetNetwork(SeanetPlan plan, double outputLevel, SplitMix random, bool centered)
        : base(nameof(SeanetNetwork))
    {
        _model = nn.Sequential([.. plan.Layers.Select(layer => (layer.OwnName, Create(layer, layer == plan.Layers[^1] ? outputLevel : 1, random, centered)))]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => _model.call(x);

    private static nn.Module<Tensor, Tensor> Create(SeanetLayer layer, double gain, SplitMix random, bool centered) => layer switch
    {
        ConvLayer { Transposed: true } up => new SeanetTransposedConv(up, gain, random, centered),
        ConvLayer conv => new SeanetConv(conv, gain, random, centered),
        ResidualLayer unit => new SeanetResidualUnit(unit, random, centered),
        LstmLayer lstm => new SeanetLstm(lstm, random),
        _ => throw new NotSupportedException($"{layer.Name}: {layer.GetType().Name} has no module."),
    };
}
