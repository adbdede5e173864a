using AudioCodec.Codecs.Seanet;
using AudioCodec.Numerics;
using AudioCodec.Torch.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Seanet;

/// <summary>Stacked LSTM with a skip connection around it. [B, C, T] to the same.</summary>
internal sealed class SeanetLstm : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "lstm")]
    private readonly LSTM _lstm;

    /// <summary>Creates the LSTM with fresh weights.</summary>
    public SeanetLstm(LstmLayer layer, SplitMix random)
        : base(nameof(SeanetLstm))
    {
        _lstm = nn.LSTM(layer.Units, layer.Units, layer.Layers);
        foreach (Parameter parameter in _lstm.parameters())
        {
            FreshValues.Fill(parameter, random, 1 / Math.Sqrt(layer.Units));
        }

        RegisterComponents();
    }

    /// <summary>As <see cref="forward"/>, from the state that the steps before have left; gives the state that these leave.</summary>
    public (Tensor Output, (Tensor Hidden, Tensor Cell) State) Continue(Tensor x, (Tensor Hidden, Tensor Cell)? state)
    {
        Tensor steps = x.permute(2, 0, 1);
        (Tensor y, Tensor hidden, Tensor cell) = _lstm.call(steps, state);
        return ((y + steps).permute(1, 2, 0), (hidden, cell));
    }

    public override Tensor forward(Tensor x)
    {
        Tensor steps = x.permute(2, 0, 1);
        (Tensor y, Tensor hidden, Tensor cell) = _lstm.call(steps);
        hidden.Dispose();
        cell.Dispose();
        return (y + steps).permute(1, 2, 0);
    }
}
