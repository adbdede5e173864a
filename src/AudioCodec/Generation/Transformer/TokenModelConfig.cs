using static AudioCodec.Codecs.Configuration.ConfigRule;

namespace AudioCodec.Generation.Transformer;

/// <summary>Shape of a transformer over audio tokens with cross-attention to a text, as in AudioGen and MusicGen.</summary>
/// <remarks>
/// Pre-norm; sinusoidal positions; exact GELU; no biases but those of the layer norms and of the text's projection. Source: arXiv 2209.15352, section 3.2;
/// arXiv 2306.05284, section 2.
/// </remarks>
public sealed record TokenModelConfig
{
    /// <summary>Width of the stream, D; even, and a multiple of <see cref="Heads"/>.</summary>
    public required int Dimension { get; init; }

    /// <summary>Attention heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Width of the feed-forward networks; in the published models 4 D.</summary>
    public required int FeedForward { get; init; }

    /// <summary>Codebooks, K.</summary>
    public required int Codebooks { get; init; }

    /// <summary>Entries per codebook; the number itself is the special token, which stands where a pattern has no code.</summary>
    public required int CodebookSize { get; init; }

    /// <summary>Width of the text's states before their projection to <see cref="Dimension"/>.</summary>
    public required int TextWidth { get; init; }

    /// <summary>Checks all values, so that later size computations cannot overflow.</summary>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    internal TokenModelConfig Validated()
    {
        Require(Dimension is >= 4 and <= 8192 && Dimension % 2 == 0, "dimension", Dimension, "an even number from 4 to 8192");
        Require(Heads >= 1 && Dimension % Heads == 0, "heads", Heads, $"a divisor of the dimension {Dimension}");
        RequireRange("layers", Layers, 1, 256);
        RequireRange("feed_forward", FeedForward, 1, 32768);
        RequireRange("codebooks", Codebooks, 1, 256);
        RequireRange("codebook_size", CodebookSize, 2, 65536);
        RequireRange("text_width", TextWidth, 1, 8192);
        return this;
    }
}
