using AudioCodec.Codecs;
using static TorchSharp.torch;

namespace AudioCodec.Training.Modules;

/// <summary>SEANet decoder. [B, D, F] to [B, C, F * hop].</summary>
internal sealed class SeanetDecoder
{
    private readonly List<Func<Tensor, Tensor>> _layers = [];

    public SeanetDecoder(ParameterSet set, EncodecConfig config)
    {
        string At(int index) => $"decoder.model.{index}";
        int channels = config.Filters << config.Ratios.Count;
        int index = 0;
        _layers.Add(new SeanetConv(set, At(index++), config, new ConvShape(config.Dimension, channels, config.KernelSize), 1).Forward);
        if (config.LstmLayers > 0)
        {
            _layers.Add(new SeanetLstm(set, At(index++), channels, config.LstmLayers).Forward);
        }

        foreach (int ratio in config.Ratios)
        {
            _layers.Add(Elu.Forward);
            index++;
            _layers.Add(new SeanetTransposedConv(set, At(index++), config, new ConvShape(channels, channels / 2, 2 * ratio, ratio), FreshGain.AfterElu).Forward);
            channels /= 2;
            for (int unit = 0; unit < config.ResidualLayers; unit++)
            {
                int dilation = (int)Math.Pow(config.DilationBase, unit);
                _layers.Add(new SeanetResidualUnit(set, At(index++), config, channels, dilation).Forward);
            }
        }

        _layers.Add(Elu.Forward);
        index++;
        _layers.Add(new SeanetConv(set, At(index), config, new ConvShape(channels, config.Channels, config.LastKernelSize), FreshGain.ToAudio).Forward);
    }

    public Tensor Forward(Tensor z) => _layers.Aggregate(z, (y, layer) => layer(y));
}
