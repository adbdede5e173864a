using AudioCodec.Codecs.Configuration;
using AudioCodec.Numerics;
using AudioCodec.Torch.Layers;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Training.Discriminators;

/// <summary>Judges the complex spectrogram of one window length.</summary>
/// <remarks>Source: EnCodec (arXiv 2210.13438) section 3.4 and figure 2. Convolutions run over time and frequency, dilated in time by 1, 2 and 4.</remarks>
internal sealed class StftDiscriminator : nn.Module<Tensor, DiscriminatorOutput>
{
    private const double Slope = 0.2;

    /// <summary>sqrt(2 / (1 + slope^2)).</summary>
    private const double GainAfterLeakyRelu = 1.387;

    [ComponentName(Name = "spec_transform.window")]
    private readonly Tensor _window;

    [ComponentName(Name = "convs")]
    private readonly ModuleGroup _named;

    [ComponentName(Name = "conv_post")]
    private readonly NormConv _last;

    private readonly (NormConv Conv, int Dilation, int FrequencyStride)[] _layers;
    private readonly int _length;

    /// <summary>Creates a discriminator with fresh weights.</summary>
    /// <param name="channels">Channels C of the audio.</param>
    /// <param name="filters">Filters of every convolution.</param>
    /// <param name="window">Window length, samples; a quarter of it is the hop.</param>
    /// <param name="random">Source of the weights.</param>
    public StftDiscriminator(int channels, int filters, int window, SplitMix random)
        : base(nameof(StftDiscriminator))
    {
        NormConv Conv(int inputs, int outputs, int width, ConvNorm norm, double gain) =>
            new("conv", norm, [outputs, inputs, 3, width], outputs, 3L * width * inputs, gain, random);
        _length = window;
        _window = hann_window(window, dtype: ScalarType.Float64).to(ScalarType.Float32);
        _layers =
        [
            (Conv(2 * channels, filters, 9, ConvNorm.None, GainAfterLeakyRelu), 1, 1),
            .. new[] { 1, 2, 4 }.Select(dilation => (Conv(filters, filters, 9, ConvNorm.WeightNorm, GainAfterLeakyRelu), dilation, 2)),
            (Conv(filters, filters, 3, ConvNorm.WeightNorm, GainAfterLeakyRelu), 1, 1),
        ];
        _last = Conv(filters, 1, 3, ConvNorm.WeightNorm, 1);
        _named = ModuleGroup.Numbered(_layers.Select(layer => layer.Conv));
        RegisterComponents();
    }

    /// <summary>Judges audio, [B, C, T].</summary>
    public override DiscriminatorOutput forward(Tensor audio)
    {
        Tensor map = Spectrogram(audio);
        var maps = new Tensor[_layers.Length];
        for (int i = 0; i < maps.Length; i++)
        {
            (NormConv conv, int dilation, int stride) = _layers[i];
            map = nn.functional.leaky_relu(Convolve(map, conv, dilation, stride), Slope);
            maps[i] = map;
        }

        return new DiscriminatorOutput(Convolve(map, _last, 1, 1), maps);
    }

    /// <summary>[B, C, T] to [B, 2 C, frames, bins]: all real parts, then all imaginary parts, for a window of unit energy.</summary>
    private Tensor Spectrogram(Tensor audio)
    {
        (long batch, long channels, long samples) = (audio.shape[0], audio.shape[1], audio.shape[2]);
        Tensor complex = stft(audio.reshape(batch * channels, samples), _length, _length / 4, _length, _window, center: false, return_complex: true);
        Tensor parts = view_as_real(complex) / Math.Sqrt(3.0 * _length / 8);
        (long bins, long frames) = (parts.shape[1], parts.shape[2]);
        return parts.view(batch, channels, bins, frames, 2).permute(0, 4, 1, 3, 2).reshape(batch, 2 * channels, frames, bins);
    }

    /// <summary>A convolution that keeps the number of frames, and of bins unless it has a stride.</summary>
    private static Tensor Convolve(Tensor map, NormConv conv, int dilation, int stride)
    {
        Tensor weight = conv.Convolution.Weight();
        long width = weight.shape[3];
        return conv.Convolve(
            map, weight, conv.Convolution.Bias, (x, w, b) => nn.functional.conv2d(x, w, b, [1, stride], [dilation, (width - 1) / 2], [dilation, 1]));
    }
}
