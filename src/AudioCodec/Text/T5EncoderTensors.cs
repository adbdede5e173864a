using AudioCodec.Checkpoints;
using AudioCodec.Numerics;

namespace AudioCodec.Text;

/// <summary>Names and shapes of the tensors of a T5 encoder, by their Hugging Face names, which serve every engine and our own checkpoints.</summary>
internal static class T5EncoderTensors
{
    /// <summary>The embedding of tokens, which encoder and decoder share.</summary>
    public const string Embedding = "shared.weight";

    /// <summary>Another name of <see cref="Embedding"/>; a file holds either or both.</summary>
    public const string EmbeddingOfEncoder = "encoder.embed_tokens.weight";

    /// <summary>Bias of attention scores by bucket of the relative position; the first layer's serves all.</summary>
    public const string PositionBias = "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight";

    /// <summary>Gain of the last norm.</summary>
    public const string FinalNorm = "encoder.final_layer_norm.weight";

    /// <summary>Lists every tensor.</summary>
    /// <param name="config">The shape.</param>
    /// <returns>Name and shape: matrices [outputs, inputs], the embedding [vocabulary, D], the bias [buckets, H].</returns>
    public static IReadOnlyList<(string Name, int[] Shape)> For(T5Config config)
    {
        int width = config.Dimension;
        int inner = config.Heads * config.HeadWidth;
        var tensors = new List<(string, int[])> { (Embedding, [config.VocabularySize, width]) };
        for (int layer = 0; layer < config.Layers; layer++)
        {
            foreach (string projection in new[] { "q", "k", "v" })
            {
                tensors.Add((Attention(layer, projection), [inner, width]));
            }

            tensors.Add((Attention(layer, "o"), [width, inner]));
            tensors.Add((AttentionNorm(layer), [width]));
            foreach (string projection in config.Gated ? new[] { "wi_0", "wi_1" } : ["wi"])
            {
                tensors.Add((FeedForward(layer, projection), [config.FeedForward, width]));
            }

            tensors.Add((FeedForward(layer, "wo"), [width, config.FeedForward]));
            tensors.Add((FeedForwardNorm(layer), [width]));
        }

        tensors.Add((PositionBias, [config.PositionBuckets, config.Heads]));
        tensors.Add((FinalNorm, [width]));
        return tensors;
    }

    /// <summary>The encoder's tensors of a checkpoint, which may hold a decoder and more.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="prefix">What stands before all names in it.</param>
    /// <returns>All tensors of <see cref="For"/> by their names. A value that is not finite, which would make every state NaN, is refused when it is read.</returns>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape.</exception>
    public static StateDict Select(T5Config config, StateDict checkpoint, string prefix = "")
    {
        bool shared = checkpoint.Tensors.ContainsKey(prefix + Embedding) || !checkpoint.Tensors.ContainsKey(prefix + EmbeddingOfEncoder);
        return new StateDict(checkpoint.Source, For(config).ToDictionary(
            tensor => tensor.Name,
            tensor => Finite(checkpoint, prefix + (tensor.Name == Embedding && !shared ? EmbeddingOfEncoder : tensor.Name), tensor.Shape),
            StringComparer.Ordinal));
    }

    /// <summary>A projection of a layer's attention: <c>q</c>, <c>k</c>, <c>v</c> or <c>o</c>.</summary>
    public static string Attention(int layer, string projection) => $"encoder.block.{layer}.layer.0.SelfAttention.{projection}.weight";

    /// <summary>Gain of the norm before a layer's attention.</summary>
    public static string AttentionNorm(int layer) => $"encoder.block.{layer}.layer.0.layer_norm.weight";

    /// <summary>A matrix of a layer's feed-forward network: <c>wi</c>, or <c>wi_0</c> and <c>wi_1</c> of a gated one, and <c>wo</c>.</summary>
    public static string FeedForward(int layer, string projection) => $"encoder.block.{layer}.layer.1.DenseReluDense.{projection}.weight";

    /// <summary>Gain of the norm before a layer's feed-forward network.</summary>
    public static string FeedForwardNorm(int layer) => $"encoder.block.{layer}.layer.1.layer_norm.weight";

    private static CheckpointTensor Finite(StateDict checkpoint, string name, int[] shape)
    {
        CheckpointTensor tensor = checkpoint.Find(name, shape);
        return new CheckpointTensor(shape, values =>
        {
            tensor.CopyTo(values);
            if (!float.IsFinite(Magnitude.Largest(values)))
            {
                throw new CheckpointException(
                    $"{checkpoint.Source}: tensor '{name}' holds a value that is not finite. The checkpoint is damaged or its training diverged.", checkpoint.Source, name);
            }
        });
    }
}
