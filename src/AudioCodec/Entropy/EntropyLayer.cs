using AudioCodec.Checkpoints;

namespace AudioCodec.Entropy;

/// <summary>Weights of one transformer layer, packed.</summary>
internal sealed class EntropyLayer
{
    private EntropyLayer(ExactMatrix attentionIn, ExactMatrix attentionOut, ExactMatrix widen, ExactMatrix narrow, NormWeights[] norms)
    {
        AttentionIn = attentionIn;
        AttentionOut = attentionOut;
        Widen = widen;
        Narrow = narrow;
        AttentionNorm = norms[0];
        FeedForwardNorm = norms[1];
    }

    /// <summary>Query, key and value of an input: D to 3 D.</summary>
    public ExactMatrix AttentionIn { get; }

    public ExactMatrix AttentionOut { get; }

    public ExactMatrix Widen { get; }

    public ExactMatrix Narrow { get; }

    public NormWeights AttentionNorm { get; }

    public NormWeights FeedForwardNorm { get; }

    public static EntropyLayer Load(EntropyModelConfig config, StateDict weights, int layer)
    {
        string prefix = $"transformer.layers.{layer}.";
        int width = config.Dimension;
        return new EntropyLayer(
            Matrix(weights, prefix + "self_attn.in_proj_weight", prefix + "self_attn.in_proj_bias", 3 * width, width),
            Matrix(weights, prefix + "self_attn.out_proj.weight", prefix + "self_attn.out_proj.bias", width, width),
            Matrix(weights, prefix + "linear1.weight", prefix + "linear1.bias", config.FeedForward, width),
            Matrix(weights, prefix + "linear2.weight", prefix + "linear2.bias", width, config.FeedForward),
            [NormWeights.Load(weights, prefix + "norm1", width), NormWeights.Load(weights, prefix + "norm2", width)]);
    }

    /// <summary>Packs a weight [outputs, inputs] with its bias.</summary>
    public static ExactMatrix Matrix(StateDict weights, string weight, string bias, int outputs, int inputs) =>
        ExactMatrix.Pack(weights.Get(weight, outputs, inputs), weights.Get(bias, outputs), inputs);
}
