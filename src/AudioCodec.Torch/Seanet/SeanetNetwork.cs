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

    private readonly SeanetLayer[] _layers;
    private readonly nn.Module<Tensor, Tensor>[] _modules;
    private readonly int _memory;

    /// <summary>Creates the layers with fresh weights.</summary>
    /// <param name="plan">The layers.</param>
    /// <param name="outputLevel">Root mean square of a fresh network's output for input of unit root mean square.</param>
    /// <param name="random">Source of the weights.</param>
    /// <param name="centered">Whether convolutions act on their input minus centers.</param>
    public SeanetNetwork(SeanetPlan plan, double outputLevel, SplitMix random, bool centered)
        : base(nameof(SeanetNetwork))
    {
        _layers = [.. plan.Layers];
        _modules = [.. _layers.Select(layer => Create(layer, layer == _layers[^1] ? outputLevel : 1, random, centered))];
        _memory = Array.FindIndex(_layers, layer => layer is LstmLayer);
        _model = nn.Sequential([.. _layers.Zip(_modules, (layer, module) => (layer.OwnName, module))]);
        RegisterComponents();
    }

    /// <summary>Frames after its LSTM that an output of a causal network depends on before its own, rounded up.</summary>
    public int FramesAfter
    {
        get
        {
            (double frames, double rate) = (0, 1);
            foreach (SeanetLayer layer in _layers.Skip(_memory + 1))
            {
                frames += layer is ConvLayer { Transposed: true } ? 1 / rate : Reach(layer) / rate;
                rate *= layer is ConvLayer { Transposed: true } up ? up.Stride : 1;
            }

            return (int)Math.Ceiling(frames);
        }
    }

    public override Tensor forward(Tensor x) => _model.call(x);

    /// <summary>Frames of input that an output of the layers before the LSTM of a causal network depends on before its own, rounded up.</summary>
    /// <param name="frameRows">Input rows of a frame.</param>
    public int FramesBefore(int frameRows)
    {
        (int rows, int step) = (0, 1);
        foreach (SeanetLayer layer in _layers.Take(_memory))
        {
            rows += Reach(layer) * step;
            step *= layer is ConvLayer conv ? conv.Stride : 1;
        }

        return (rows + frameRows - 1) / frameRows;
    }

    /// <summary>The layers before the LSTM.</summary>
    public Tensor BeforeMemory(Tensor x) => _modules.Take(_memory).Aggregate(x, (y, module) => module.call(y));

    /// <summary>The LSTM, from a state on.</summary>
    public (Tensor Output, (Tensor Hidden, Tensor Cell) State) Remember(Tensor x, (Tensor Hidden, Tensor Cell)? state) => ((SeanetLstm)_modules[_memory]).Continue(x, state);

    /// <summary>The layers behind the LSTM.</summary>
    public Tensor AfterMemory(Tensor x) => _modules.Skip(_memory + 1).Aggregate(x, (y, module) => module.call(y));

    /// <summary>Rows before its own that an output of a layer depends on.</summary>
    private static int Reach(SeanetLayer layer) => layer switch
    {
        ConvLayer conv => (conv.Kernel - 1) * conv.Dilation,
        ResidualLayer unit => Reach(unit.Reduce) + Reach(unit.Expand),
        _ => 0,
    };

    private static nn.Module<Tensor, Tensor> Create(SeanetLayer layer, double gain, SplitMix random, bool centered) => layer switch
    {
        ConvLayer { Transposed: true } up => new SeanetTransposedConv(up, gain, random, centered),
        ConvLayer conv => new SeanetConv(conv, gain, random, centered),
        ResidualLayer unit => new SeanetResidualUnit(unit, random, centered),
        LstmLayer lstm => new SeanetLstm(lstm, random),
        _ => throw new NotSupportedException($"{layer.Name}: {layer.GetType().Name} has no module."),
    };
}
