using AudioCodec.Codecs.Seanet;
using static TorchSharp.torch;

namespace AudioCodec.Training.Modules;

/// <summary>Encoder or decoder: the layers of a plan. [B, C, T] to [B, C', T'].</summary>
internal sealed class SeanetNetwork
{
    private readonly Func<Tensor, Tensor>[] _layers;

    /// <summary>Builds the layers with fresh values.</summary>
    /// <param name="set">Receives the tensors.</param>
    /// <param name="plan">The layers.</param>
    /// <param name="outputLevel">Root mean square of what a fresh network puts out for latents or audio of unit level.</param>
    public SeanetNetwork(ParameterSet set, SeanetPlan plan, double outputLevel) =>
        _layers = [.. plan.Layers.Select(layer => Build(set, layer, layer == plan.Layers[^1] ? outputLevel : 1))];

    public Tensor Forward(Tensor x) => _layers.Aggregate(x, (y, layer) => layer(y));

    private static Func<Tensor, Tensor> Build(ParameterSet set, SeanetLayer layer, double gain) => layer switch
    {
        ConvLayer { Transposed: true } up => new SeanetTransposedConv(set, up, gain).Forward,
        ConvLayer conv => new SeanetConv(set, conv, gain).Forward,
        ResidualLayer unit => new SeanetResidualUnit(set, unit).Forward,
        LstmLayer lstm => new SeanetLstm(set, lstm).Forward,
        _ => throw new NotSupportedException($"{layer.Name}: {layer.GetType().Name} has no module."),
    };
}
