namespace AudioCodec.Numerics.Transformer;

/// <summary>Input of an <see cref="Attention"/>: the queries of a batch of sequences, and how their scores are computed.</summary>
internal unsafe readonly struct AttentionQueries
{
    /// <summary>Row b * <see cref="Count"/> + t is query t of sequence b, [H * head width].</summary>
    public required float* Data { get; init; }

    /// <summary>Floats from one row to the next.</summary>
    public required nint Stride { get; init; }

    /// <summary>Queries per sequence.</summary>
    public required int Count { get; init; }

    /// <summary>Factor of the products of queries and keys: usually 1 / sqrt(head width), in T5 1.</summary>
    public required float Scale { get; init; }

    /// <summary>Whether a query sees no key after its own position; the last query stands at the cache's last position.</summary>
    public bool Causal { get; init; }

    /// <summary>
    /// Terms of the scores, the same for all sequences (T5's relative positions); null for none. That of head h, query t and the key at position p stands at
    /// h * <see cref="BiasHeadStride"/> + t * <see cref="BiasQueryStride"/> + p.
    /// </summary>
    public float* Bias { get; init; }

    /// <summary>Floats from one head's <see cref="Bias"/> to the next.</summary>
    public nint BiasHeadStride { get; init; }

    /// <summary>Floats from one query's <see cref="Bias"/> to the next; -1 where terms depend on the distance only.</summary>
    public nint BiasQueryStride { get; init; }
}
