using AudioCodec.Entropy;
using AudioCodec.Numerics;
using AudioCodec.Torch.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Entropy;

/// <summary>The entropy model between its embeddings and its heads: norm, positions, layers. [B, T, D] to the same.</summary>
internal sealed class EntropyTransformer : nn.Module<Tensor, double, Tensor>
{
    [ComponentName(Name = "norm_in")]
    private readonly LayerNorm _norm;

    [ComponentName(Name = "layers")]
    private readonly ModuleGroup _namedLayers;

    private readonly EntropyLayer[] _layers;
    private readonly int _width;
    private readonly int _window;

    /// <summary>Creates the layers with fresh weights.</summary>
    public EntropyTransformer(EntropyModelConfig config, SplitMix random)
        : base(nameof(EntropyTransformer))
    {
        (_width, _window) = (config.Dimension, config.Window);
        _norm = nn.LayerNorm(_width);
        _layers = [.. Enumerable.Range(0, config.Layers).Select(_ => new EntropyLayer(config, random))];
        _namedLayers = ModuleGroup.Numbered(_layers);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, double dropout)
    {
        long steps = x.shape[1];
        Tensor mask = Mask(steps, x.device);
        Tensor y = ChannelDropout.Apply(_norm.call(x) + Positions(steps, x.device), dropout);
        return _layers.Aggregate(y, (z, layer) => layer.call(z, mask, dropout));
    }

    /// <summary>[T, D]: cosines, then sines, of the step over 10000^(i / (half - 1)).</summary>
    private Tensor Positions(long steps, Device device)
    {
        int half = _width / 2;
        var values = new float[steps * _width];
        for (long step = 0; step < steps; step++)
        {
            for (int i = 0; i < half; i++)
            {
                double phase = step / Math.Pow(10000, i / Math.Max(1.0, half - 1));
                values[(step * _width) + i] = (float)Math.Cos(phase);
                values[(step * _width) + half + i] = (float)Math.Sin(phase);
            }
        }

        return tensor(values, [steps, _width], dtype: null, device: device);
    }

    /// <summary>[T, T + 1]: 0 where a step attends, minus infinity where it does not. Column 0 is the zero input that stands before step 0.</summary>
    private Tensor Mask(long steps, Device device)
    {
        var values = new float[steps * (steps + 1)];
        for (long step = 0; step < steps; step++)
        {
            for (long column = 0; column <= steps; column++)
            {
                bool attends = column <= step + 1 && column >= step + 1 - _window;
                values[(step * (steps + 1)) + column] = attends ? 0 : float.NegativeInfinity;
            }
        }

        return tensor(values, [steps, steps + 1], dtype: null, device: device);
    }
}
