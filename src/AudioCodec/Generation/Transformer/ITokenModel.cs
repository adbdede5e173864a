using AudioCodec.Text;

namespace AudioCodec.Generation.Transformer;

/// <summary>A transformer over audio tokens, loaded on an engine; any number of batches may share it.</summary>
/// <remarks>Engines give the same logits but for rounding; sampling, guidance and patterns are not part of an engine.</remarks>
public interface ITokenModel : IDisposable
{
    /// <summary>Shape of the model.</summary>
    TokenModelConfig Config { get; }

    /// <summary>Starts a batch of sequences.</summary>
    /// <param name="conditions">
    /// The text of each sequence, before its projection; <see langword="null"/> for none, which leaves out the cross-attention. Equal objects share keys and values.
    /// A sequence's logits do not depend on the others in the batch.
    /// </param>
    /// <param name="capacity">Most steps that a sequence will have.</param>
    /// <param name="threads">Threads to use, at least 1; the logits do not depend on it.</param>
    /// <exception cref="ArgumentException">A text has another width than <see cref="TokenModelConfig.TextWidth"/>, or a number is out of range.</exception>
    ITokenBatch Open(IReadOnlyList<TextStates?> conditions, int capacity, int threads = 1);
}
