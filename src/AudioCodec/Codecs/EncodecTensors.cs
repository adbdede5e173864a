using AudioCodec.Checkpoints;

namespace AudioCodec.Codecs;

/// <summary>Names and shapes of the tensors that a codec of a given configuration consists of, in the official naming.</summary>
/// <remarks>Module indices follow the reference's sequential containers, in which activations count too.</remarks>
public static class EncodecTensors
{
    /// <summary>Training buffers that a checkpoint may hold beside the weights; decoding and encoding ignore them.</summary>
    private static readonly string[] s_trainingBuffers = ["._codebook.inited", "._codebook.cluster_size", "._codebook.embed_avg"];

    /// <summary>Lists every tensor the model needs.</summary>
    /// <param name="config">A valid configuration.</param>
    /// <returns>Name and shape: convolutions [out, in, kernel], transposed ones [in, out, kernel], codebooks [N, D].</returns>
    /// <exception cref="ConfigException">The configuration is not valid.</exception>
    public static IReadOnlyList<(string Name, int[] Shape)> For(EncodecConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        var list = new List<(string Name, int[] Shape)>();
        AddEncoder(list, config);
        AddDecoder(list, config);
        for (int k = 0; k < config.Codebooks; k++)
        {
            list.Add(($"quantizer.vq.layers.{k}._codebook.embed", [config.CodebookSize, config.Dimension]));
        }

        return list;
    }

    /// <summary>Checks that a state dict holds exactly the tensors of a configuration; the quantizer's training buffers may be there too.</summary>
    /// <exception cref="CheckpointException">A tensor is missing, has another shape, or is one the model has no place for.</exception>
    /// <exception cref="ConfigException">The configuration is not valid.</exception>
    public static void Check(StateDict weights, EncodecConfig config)
    {
        ArgumentNullException.ThrowIfNull(weights);
        IReadOnlyList<(string Name, int[] Shape)> expected = For(config);
        foreach ((string name, int[] shape) in expected)
        {
            weights.Find(name, shape);
        }

        var known = expected.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        foreach ((string name, CheckpointTensor tensor) in weights.Tensors)
        {
            if (!known.Contains(name) && !Array.Exists(s_trainingBuffers, b => name.EndsWith(b, StringComparison.Ordinal)))
            {
                throw new CheckpointException(
                    $"{weights.Source}: tensor '{Messages.Quote(name)}' {Messages.Shape(tensor.Shape)} has no place in the model '{config.Name}' "
                    + $"({known.Count} tensors). The checkpoint belongs to another configuration.",
                    weights.Source,
                    name);
            }
        }
    }

    private static void AddEncoder(List<(string, int[])> list, EncodecConfig config)
    {
        int index = 0;
        int width = config.Filters;
        AddConv(list, config, $"encoder.model.{index++}.conv", config.Channels, width, config.KernelSize);
        foreach (int ratio in config.Ratios.Reverse())
        {
            index = AddResiduals(list, config, "encoder", index, width);
            index++;
            AddConv(list, config, $"encoder.model.{index++}.conv", width, width * 2, ratio * 2);
            width *= 2;
        }

        index = AddLstm(list, config, "encoder", index, width);
        AddConv(list, config, $"encoder.model.{index + 1}.conv", width, config.Dimension, config.LastKernelSize);
    }

    private static void AddDecoder(List<(string, int[])> list, EncodecConfig config)
    {
        int index = 0;
        int width = config.Filters << config.Ratios.Count;
        AddConv(list, config, $"decoder.model.{index++}.conv", config.Dimension, width, config.KernelSize);
        index = AddLstm(list, config, "decoder", index, width);
        foreach (int ratio in config.Ratios)
        {
            index++;
            AddConv(list, config, $"decoder.model.{index++}.convtr", width, width / 2, ratio * 2);
            width /= 2;
            index = AddResiduals(list, config, "decoder", index, width);
        }

        AddConv(list, config, $"decoder.model.{index + 1}.conv", width, config.Channels, config.LastKernelSize);
    }

    private static int AddResiduals(List<(string, int[])> list, EncodecConfig config, string side, int index, int width)
    {
        int hidden = width / config.Compress;
        for (int layer = 0; layer < config.ResidualLayers; layer++, index++)
        {
            string unit = $"{side}.model.{index}";
            AddConv(list, config, $"{unit}.block.1.conv", width, hidden, config.ResidualKernelSize);
            AddConv(list, config, $"{unit}.block.3.conv", hidden, width, 1);
            if (!config.TrueSkip)
            {
                AddConv(list, config, $"{unit}.shortcut.conv", width, width, 1);
            }
        }

        return index;
    }

    private static int AddLstm(List<(string, int[])> list, EncodecConfig config, string side, int index, int width)
    {
        for (int layer = 0; layer < config.LstmLayers; layer++)
        {
            list.Add(($"{side}.model.{index}.lstm.weight_ih_l{layer}", [4 * width, width]));
            list.Add(($"{side}.model.{index}.lstm.weight_hh_l{layer}", [4 * width, width]));
            list.Add(($"{side}.model.{index}.lstm.bias_ih_l{layer}", [4 * width]));
            list.Add(($"{side}.model.{index}.lstm.bias_hh_l{layer}", [4 * width]));
        }

        return config.LstmLayers > 0 ? index + 1 : index;
    }

    /// <summary>A convolution under its wrapper, whose name ends in <c>conv</c> or <c>convtr</c> like the module inside.</summary>
    private static void AddConv(List<(string, int[])> list, EncodecConfig config, string wrapper, int from, int to, int kernel)
    {
        bool transposed = wrapper.EndsWith("convtr", StringComparison.Ordinal);
        string conv = $"{wrapper}.{(transposed ? "convtr" : "conv")}";
        int[] shape = transposed ? [from, to, kernel] : [to, from, kernel];
        list.Add(($"{conv}.bias", [to]));
        if (config.Norm == ConvNorm.WeightNorm)
        {
            list.Add(($"{conv}.weight_g", [shape[0], 1, 1]));
            list.Add(($"{conv}.weight_v", shape));
            return;
        }

        list.Add(($"{conv}.weight", shape));
        if (config.Norm == ConvNorm.TimeGroupNorm)
        {
            list.Add(($"{wrapper}.norm.weight", [to]));
            list.Add(($"{wrapper}.norm.bias", [to]));
        }
    }
}
