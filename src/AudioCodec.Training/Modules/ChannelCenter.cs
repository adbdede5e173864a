using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Modules;

/// <summary>Levels around which a convolution's input channels move, taken away from its weights' work while training.</summary>
/// <remarks>
/// Channels that carry a waveform through ELU are lifted above zero. Every weight that reads such a channel then also moves the output's
/// mean, and by far more than its signal: training would only be stable with tiny steps. A convolution therefore acts on input minus
/// center. That is the same function with another bias (or, for a transposed convolution, another row of its constant channel), and that
/// is how it is computed and exported: centers exist in training only.
/// </remarks>
internal sealed class ChannelCenter
{
    /// <summary>End of the name of a tensor of levels.</summary>
    public const string Suffix = ".center";

    private readonly Tensor _levels;

    private ChannelCenter(Tensor levels) => _levels = levels;

    /// <summary>The center of a convolution in a centered network, else <see langword="null"/>.</summary>
    /// <param name="set">The network's tensors.</param>
    /// <param name="prefix">Prefix of the convolution's weight.</param>
    /// <param name="channels">Input channels.</param>
    public static ChannelCenter? Create(ParameterSet set, string prefix, int channels) =>
        set.Centered ? new ChannelCenter(set.Buffer(prefix + Suffix, new float[channels], channels)) : null;

    /// <summary>Name of the tensor of levels.</summary>
    public static string NameOf(string prefix) => prefix + Suffix;

    /// <summary>The bias that does the centering. Weight [O, I, K], bias [O].</summary>
    public Tensor Bias(Tensor weight, Tensor bias) => bias - matmul(weight.sum([2L]), _levels);

    /// <summary>The weight whose last input channel, of constant 1, does the centering. [I, O, K].</summary>
    public Tensor Transposed(Tensor weight)
    {
        (long inputs, long row) = (weight.shape[0], weight.shape[1] * weight.shape[2]);
        Tensor shift = matmul(_levels.unsqueeze(0), weight.reshape(inputs, row)).view(1, weight.shape[1], weight.shape[2]);
        return cat([weight.narrow(0, 0, inputs - 1), weight.narrow(0, inputs - 1, 1) - shift], 0);
    }

    /// <summary>Writes the centers of a network into its weights and biases, as other engines know them.</summary>
    /// <param name="tensors">Tensors by official name; changed, and the centers removed.</param>
    public static void Fold(IDictionary<string, Tensor> tensors)
    {
        foreach (string name in tensors.Keys.Where(n => n.EndsWith(Suffix, StringComparison.Ordinal)).ToArray())
        {
            string prefix = name[..^Suffix.Length];
            var center = new ChannelCenter(tensors[name]);
            tensors.Remove(name);
            bool normed = tensors.ContainsKey(prefix + ".weight_v");
            Tensor weight = normed ? tensors[prefix + ".weight_v"] : tensors[prefix + ".weight"];
            if (normed)
            {
                weight = weight * (tensors[prefix + ".weight_g"] / Norm(weight));
            }

            if (!prefix.EndsWith(".convtr", StringComparison.Ordinal))
            {
                tensors[prefix + ".bias"] = center.Bias(weight, tensors[prefix + ".bias"]);
                continue;
            }

            weight = center.Transposed(weight);
            tensors[normed ? prefix + ".weight_v" : prefix + ".weight"] = weight;
            if (normed)
            {
                tensors[prefix + ".weight_g"] = Norm(weight);
            }
        }
    }

    private static Tensor Norm(Tensor weight) => (weight * weight).sum([1L, 2L], keepdim: true).sqrt();
}
