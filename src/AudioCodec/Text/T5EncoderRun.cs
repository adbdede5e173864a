using AudioCodec.Numerics;
using AudioCodec.Numerics.Transformer;

namespace AudioCodec.Text;

/// <summary>What the layers of a <see cref="T5Encoder"/> need to encode one text: its relative positions, and scratch that they use one after the other.</summary>
/// <param name="config">Shape.</param>
/// <param name="tokens">Tokens of the text, T.</param>
/// <param name="positionBias">[H, 2 T - 1], by the offset of the key from the query plus T - 1.</param>
/// <param name="executor">Where to run.</param>
internal sealed unsafe class T5EncoderRun(T5Config config, int tokens, AlignedArray positionBias, Executor executor)
{
    private readonly int _inner = config.Heads * config.HeadWidth;
    private readonly Attention _attention = new(executor);
    private readonly KeyValueCache _cache = new(1, config.Heads, config.HeadWidth, tokens);

    /// <summary>Tokens T.</summary>
    public int Tokens { get; } = tokens;

    /// <summary>Where to run.</summary>
    public Executor Executor { get; } = executor;

    /// <summary>[T, D]: the normalized stream.</summary>
    public AlignedArray Normal { get; } = new(tokens * config.Dimension, zeroed: false);

    /// <summary>[T, 3 H * head width]: queries, keys, values of each token.</summary>
    public AlignedArray Projected { get; } = new(tokens * 3 * config.Heads * config.HeadWidth, zeroed: false);

    /// <summary>[T, H * head width].</summary>
    public AlignedArray Attended { get; } = new(tokens * config.Heads * config.HeadWidth, zeroed: false);

    /// <summary>[T, feed-forward].</summary>
    public AlignedArray Wide { get; } = new(tokens * config.FeedForward, zeroed: false);

    /// <summary>[T, feed-forward] of a gated network's other matrix.</summary>
    public AlignedArray Gated { get; } = config.Gated ? new(tokens * config.FeedForward, zeroed: false) : AlignedArray.Empty;

    /// <summary>Computes <see cref="Attended"/> from <see cref="Projected"/>.</summary>
    public void Attend()
    {
        nint stride = 3 * _inner;
        _cache.Clear();
        _cache.Append(Projected.Pointer + _inner, Projected.Pointer + (2 * _inner), stride, Tokens);
        AttentionQueries queries = new()
        {
            Data = Projected.Pointer,
            Stride = stride,
            Count = Tokens,
            Scale = 1f,

            // Each query sees the offsets one place further to the left than the query before it.
            Bias = positionBias.Pointer + (Tokens - 1),
            BiasHeadStride = (2 * Tokens) - 1,
            BiasQueryStride = -1,
        };
        _attention.Apply(queries, _cache, Attended.Pointer, _inner);
    }
}
