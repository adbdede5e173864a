using static TorchSharp.torch;

namespace AudioCodec.Torch.Layers;

/// <summary>Convolutions that act on their input minus a fixed level of each channel, the center.</summary>
/// <remarks>
/// Channels that carry a waveform through ELU are lifted above zero. Every weight that reads such a channel then also moves the output's
/// mean, and by far more than its signal: training would only be stable with tiny steps. Subtracting the center is the same function
/// with another bias (or, for a transposed convolution, other weights of its constant channel), and that is how it is computed and
/// exported: centers exist in training only.
/// </remarks>
internal static class ChannelCenter
{
    /// <summary>Name of a buffer of centers, beside the convolution's weight.</summary>
    public const string Name = "center";

    private const string Suffix = "." + Name;

    /// <summary>Whether a tensor's official name is that of centers.</summary>
    public static bool IsCenter(string name) => name.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>The bias that subtracts the centers. Weight [O, I, K], bias [O], centers [I].</summary>
    public static Tensor Bias(Tensor weight, Tensor bias, Tensor center) => bias - matmul(weight.sum([2L]), center);

    /// <summary>The weight [I, O, K] of a transposed convolution whose last input channel, which is constant 1, subtracts the centers [I].</summary>
    public static Tensor Transposed(Tensor weight, Tensor center)
    {
        (long inputs, long row) = (weight.shape[0], weight.shape[1] * weight.shape[2]);
        Tensor shift = matmul(center.unsqueeze(0), weight.reshape(inputs, row)).view(1, weight.shape[1], weight.shape[2]);
        return cat([weight.narrow(0, 0, inputs - 1), weight.narrow(0, inputs - 1, 1) - shift], 0);
    }

    /// <summary>Moves the centers of a network into its weights and biases, as other engines know them.</summary>
    /// <param name="tensors">Tensors by official name; changed, and the centers removed.</param>
    public static void Fold(IDictionary<string, Tensor> tensors)
    {
        foreach (string name in tensors.Keys.Where(IsCenter).ToArray())
        {
            string prefix = name[..^Suffix.Length];
            Tensor center = tensors[name];
            tensors.Remove(name);
            bool normed = tensors.TryGetValue(prefix + ".weight_v", out Tensor? direction);
            Tensor weight = normed ? WeightNorm.Apply(tensors[prefix + ".weight_g"], direction!) : tensors[prefix + ".weight"];
            if (!prefix.EndsWith(".convtr", StringComparison.Ordinal))
            {
                tensors[prefix + ".bias"] = Bias(weight, tensors[prefix + ".bias"], center);
                continue;
            }

            weight = Transposed(weight, center);
            tensors[normed ? prefix + ".weight_v" : prefix + ".weight"] = weight;
            if (normed)
            {
                tensors[prefix + ".weight_g"] = WeightNorm.Length(weight);
            }
        }
    }
}
