namespace AudioCodec.Generation.Transformer;

/// <summary>Names and shapes of the tensors of a transformer over audio tokens, by AudioCraft's names, which serve every engine and our own checkpoints.</summary>
public static class TokenModelTensors
{
    /// <summary>Prefix of the text's projection.</summary>
    public const string TextProjection = "condition_provider.conditioners.description.output_proj";

    /// <summary>Lists every tensor.</summary>
    /// <param name="config">The shape.</param>
    /// <returns>Name and shape: matrices [outputs, inputs], embeddings [entries, D]; q, k and v of an attention are packed in that order.</returns>
    public static IReadOnlyList<(string Name, int[] Shape)> For(TokenModelConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        int width = config.Dimension;
        var tensors = new List<(string, int[])>();
        for (int codebook = 0; codebook < config.Codebooks; codebook++)
        {
            tensors.Add(($"emb.{codebook}.weight", [config.CodebookSize + 1, width]));
            tensors.Add(($"linears.{codebook}.weight", [config.CodebookSize, width]));
        }

        for (int layer = 0; layer < config.Layers; layer++)
        {
            string prefix = $"transformer.layers.{layer}.";
            foreach (string attention in new[] { "self_attn", "cross_attention" })
            {
                tensors.Add(($"{prefix}{attention}.in_proj_weight", [3 * width, width]));
                tensors.Add(($"{prefix}{attention}.out_proj.weight", [width, width]));
            }

            tensors.Add(($"{prefix}linear1.weight", [config.FeedForward, width]));
            tensors.Add(($"{prefix}linear2.weight", [width, config.FeedForward]));
            foreach (string norm in new[] { "norm1", "norm_cross", "norm2" })
            {
                AddNorm(prefix + norm);
            }
        }

        AddNorm("out_norm");
        tensors.Add(($"{TextProjection}.weight", [width, config.TextWidth]));
        tensors.Add(($"{TextProjection}.bias", [width]));
        return tensors;

        void AddNorm(string name)
        {
            tensors.Add(($"{name}.weight", [width]));
            tensors.Add(($"{name}.bias", [width]));
        }
    }
}
