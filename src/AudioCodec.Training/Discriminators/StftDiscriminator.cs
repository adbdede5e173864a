using AudioCodec.Codecs.Configuration;
using AudioCodec.Training.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Discriminators;

/// <summary>Judges the complex spectrogram of one window length.</summary>
/// <remarks>Source: EnCodec (arXiv 2210.13438) section 3.4 and figure 2. Convolutions run over time and frequency, dilated in time by 1, 2 and 4.</remarks>
internal sealed class StftDiscriminator
{
    private const double Slope = 0.2;

    /// <summary>sqrt(2 / (1 + slope^2)).</summary>
    private const double FreshGainAfterLeakyRelu = 1.387;

    private static readonly (int Height, int Width) s_kernel = (3, 9);

    private readonly Tensor _window;
    private readonly int _length;
    private readonly List<(ConvWeights Weights, long[] Strides, long[] Padding, long[] Dilation)> _layers = [];
    private readonly ConvWeights _last;

    public StftDiscriminator(ParameterSet set, string prefix, int channels, int filters, int window)
    {
        _length = window;
        float[] values = [.. Spectrum.Hann(window).Select(w => (float)w)];
        _window = set.Buffer(prefix + ".spec_transform.window", values, window);
        Add(set, prefix, 2 * channels, filters, s_kernel, [1, 1], 1, ConvNorm.None);
        foreach (int dilation in new[] { 1, 2, 4 })
        {
            Add(set, prefix, filters, filters, s_kernel, [1, 2], dilation, ConvNorm.WeightNorm);
        }

        Add(set, prefix, filters, filters, (3, 3), [1, 1], 1, ConvNorm.WeightNorm);
        _last = new ConvWeights(set, prefix + ".conv_post.conv", "", ConvNorm.WeightNorm, [1, filters, 3, 3], 1, 9L * filters, 1);
    }

    /// <summary>Logits, [B, 1, frames, bins], and the maps before them. Input [B, C, T].</summary>
    public (Tensor Logits, Tensor[] Maps) Forward(Tensor audio)
    {
        (long batch, long channels, long samples) = (audio.shape[0], audio.shape[1], audio.shape[2]);
        Tensor complex = stft(audio.reshape(batch * channels, samples), _length, _length / 4, _length, _window, center: false, return_complex: true);
        Tensor parts = view_as_real(complex) / Math.Sqrt(Energy);
        (long bins, long frames) = (parts.shape[1], parts.shape[2]);

        // [B, C, bins, frames, 2] to [B, 2 C, frames, bins]: all real parts, then all imaginary parts.
        Tensor map = parts.view(batch, channels, bins, frames, 2).permute(0, 4, 1, 3, 2).reshape(batch, 2 * channels, frames, bins);
        var maps = new Tensor[_layers.Count];
        for (int i = 0; i < maps.Length; i++)
        {
            (ConvWeights weights, long[] strides, long[] padding, long[] dilation) = _layers[i];
            map = nn.functional.leaky_relu(nn.functional.conv2d(map, weights.Weight(), weights.Bias, strides, padding, dilation), Slope);
            maps[i] = map;
        }

        return (nn.functional.conv2d(map, _last.Weight(), _last.Bias, [1, 1], [1, 1], [1, 1]), maps);
    }

    private double Energy => 3.0 * _length / 8;

    private void Add(ParameterSet set, string prefix, int input, int output, (int Height, int Width) kernel, long[] strides, int dilation, ConvNorm norm)
    {
        string name = $"{prefix}.convs.{_layers.Count}.conv";
        var weights = new ConvWeights(set, name, "", norm, [output, input, kernel.Height, kernel.Width], output,
            (long)input * kernel.Height * kernel.Width, FreshGainAfterLeakyRelu);
        _layers.Add((weights, strides, [(kernel.Height - 1) * dilation / 2, (kernel.Width - 1) / 2], [dilation, 1]));
    }
}
