using AudioCodec.Codecs;
using static TorchSharp.torch;

namespace AudioCodec.Training.Modules;

/// <summary>SEANet encoder. [B, C, T] to [B, D, ceil(T / hop)].</summary>
internal sealed class SeanetEncoder
{
    private readonly List<Func<Tensor, Tensor>> _layers = [];

    public SeanetEncoder(ParameterSet set, EncodecConfig config)
    {
        string At(int index) => $"encoder.model.{index}";
        int channels = config.Filters;
        int index = 0;
        _layers.Add(new SeanetConv(set, At(index++), config, new ConvShape(config.Channels, channels, config.KernelSize), 1).Forward);
        foreach (int ratio in config.Ratios.Reverse())
        {
            for (int unit = 0; unit < config.ResidualLayers; unit++)
            {
                int dilation = (int)Math.Pow(config.DilationBase, unit);
                _layers.Add(new SeanetResidualUnit(set, At(index++), config, channels, dilation).Forward);
            }

            _layers.Add(Elu.Forward);
            index++;
            _layers.Add(new SeanetConv(set, At(index++), config, new ConvShape(channels, 2 * channels, 2 * ratio, ratio), FreshGain.AfterElu).Forward);
            channels *= 2;
        }

        if (config.LstmLayers > 0)
        {
            _layers.Add(new SeanetLstm(set, At(index++), channels, config.LstmLayers).Forward);
        }

        _layers.Add(Elu.Forward);
        index++;
        _layers.Add(new SeanetConv(set, At(index), config, new ConvShape(channels, config.Dimension, config.LastKernelSize), FreshGain.AfterElu).Forward);
    }

    public Tensor Forward(Tensor x) => _layers.Aggregate(x, (y, layer) => layer(y));
}
