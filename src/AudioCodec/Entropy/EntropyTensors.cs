namespace AudioCodec.Entropy;

/// <summary>Official names and shapes of the tensors of an entropy model.</summary>
public static class EntropyTensors
{
    /// <summary>Lists every tensor the model needs.</summary>
    /// <param name="config">A valid configuration.</param>
    /// <returns>Name and shape; matrices are [outputs, inputs], embeddings [N + 1, D].</returns>
    /// <exception cref="ConfigException">The configuration is not valid.</exception>
    public static IReadOnlyList<(string Name, int[] Shape)> For(EntropyModelConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validated();
        int width = config.Dimension;
        var list = new List<(string Name, int[] Shape)>
        {
            ("transformer.norm_in.weight", [width]),
            ("transformer.norm_in.bias", [width]),
        };
        for (int i = 0; i < config.Layers; i++)
        {
            string layer = $"transformer.layers.{i}.";
            list.Add((layer + "self_attn.in_proj_weight", [3 * width, width]));
            list.Add((layer + "self_attn.in_proj_bias", [3 * width]));
            list.Add((layer + "self_attn.out_proj.weight", [width, width]));
            list.Add((layer + "self_attn.out_proj.bias", [width]));
            list.Add((layer + "linear1.weight", [config.FeedForward, width]));
            list.Add((layer + "linear1.bias", [config.FeedForward]));
            list.Add((layer + "linear2.weight", [width, config.FeedForward]));
            list.Add((layer + "linear2.bias", [width]));
            foreach (string norm in new[] { "norm1", "norm2" })
            {
                list.Add(($"{layer}{norm}.weight", [width]));
                list.Add(($"{layer}{norm}.bias", [width]));
            }
        }

        for (int k = 0; k < config.Codebooks; k++)
        {
            list.Add(($"emb.{k}.weight", [config.CodebookSize + 1, width]));
            list.Add(($"linears.{k}.weight", [config.CodebookSize, width]));
            list.Add(($"linears.{k}.bias", [config.CodebookSize]));
        }

        return list;
    }
}
