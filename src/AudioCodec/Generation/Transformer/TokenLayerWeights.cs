using AudioCodec.Numerics.Transformer;

namespace AudioCodec.Generation.Transformer;

/// <summary>Weights of one layer.</summary>
internal sealed class TokenLayerWeights
{
    /// <summary>Norm before the self-attention.</summary>
    public required LayerNorm SelfNorm { get; init; }

    /// <summary>D to 3 D: queries, keys, values, each head after head.</summary>
    public required Linear SelfIn { get; init; }

    /// <summary>D to D.</summary>
    public required Linear SelfOut { get; init; }

    /// <summary>Norm before the cross-attention.</summary>
    public required LayerNorm CrossNorm { get; init; }

    /// <summary>D to D.</summary>
    public required Linear CrossQuery { get; init; }

    /// <summary>D to 2 D: keys and values of the projected text.</summary>
    public required Linear CrossKeyValue { get; init; }

    /// <summary>D to D.</summary>
    public required Linear CrossOut { get; init; }

    /// <summary>Norm before the feed-forward network.</summary>
    public required LayerNorm FeedForwardNorm { get; init; }

    /// <summary>D to the feed-forward width.</summary>
    public required Linear Widen { get; init; }

    /// <summary>The feed-forward width to D.</summary>
    public required Linear Narrow { get; init; }

    public static TokenLayerWeights Load(TokenModelConfig config, TokenModelWeights.Source source, int layer)
    {
        int width = config.Dimension;
        string prefix = $"transformer.layers.{layer}.";

        // One matrix in the checkpoint: queries of the stream, then keys and values of the text.
        ReadOnlySpan<float> cross = source.Matrix(prefix + "cross_attention.in_proj_weight", 3 * width, width);
        return new TokenLayerWeights
        {
            CrossQuery = source.Linear(cross[..(width * width)], width),
            CrossKeyValue = source.Linear(cross[(width * width)..], width),
            CrossOut = source.Linear(prefix + "cross_attention.out_proj.weight", width, width),
            CrossNorm = source.Norm(prefix + "norm_cross", width),
            SelfNorm = source.Norm(prefix + "norm1", width),
            SelfIn = source.Linear(prefix + "self_attn.in_proj_weight", 3 * width, width),
            SelfOut = source.Linear(prefix + "self_attn.out_proj.weight", width, width),
            FeedForwardNorm = source.Norm(prefix + "norm2", width),
            Widen = source.Linear(prefix + "linear1.weight", config.FeedForward, width),
            Narrow = source.Linear(prefix + "linear2.weight", width, config.FeedForward),
        };
    }
}
