namespace AudioCodec.Generation.Transformer;

/// <summary>A batch of token sequences of equal length, which grow step by step. Not safe for several threads at once.</summary>
public interface ITokenBatch : IDisposable
{
    /// <summary>Sequences B.</summary>
    int Rows { get; }

    /// <summary>Steps taken so far.</summary>
    int Steps { get; }

    /// <summary>Appends steps to all sequences, and computes the logits that follow the last of them.</summary>
    /// <param name="tokens">[B, S, K]: a code, or <see cref="TokenModelConfig.CodebookSize"/> for the special token.</param>
    /// <param name="logits">Receives [B, K, <see cref="TokenModelConfig.CodebookSize"/>].</param>
    /// <exception cref="ArgumentException">A length is wrong, a token out of range, or the capacity is exceeded.</exception>
    void Advance(ReadOnlySpan<int> tokens, Span<float> logits);

    /// <summary>Removes all steps; the texts stay.</summary>
    void Reset();
}
