using AudioCodec.Checkpoints;
using AudioCodec.Numerics;
using AudioCodec.Text;

namespace AudioCodec.Generation.Transformer;

/// <summary>A transformer over audio tokens on the managed engine. Read-only once loaded: any number of batches and threads may share one.</summary>
/// <remarks>Same arithmetic as AudioCraft's <c>LMModel</c> in single precision, but that the padding of texts is never seen.</remarks>
internal sealed class TokenModel : ITokenModel
{
    private readonly TokenModelWeights _weights;

    private TokenModel(TokenModelWeights weights) => _weights = weights;

    /// <inheritdoc/>
    public TokenModelConfig Config => _weights.Config;

    /// <summary>Builds a model from tensors under the names of <see cref="TokenModelTensors"/>.</summary>
    /// <param name="config">Shape of the model.</param>
    /// <param name="weights">Its tensors, each of which is read once, one after the other; not needed afterwards.</param>
    /// <param name="format">
    /// How the matrices are kept in memory; embeddings, norms and the text's projection stay in single precision. A step reads all matrices once for all
    /// rows of the batch, so that half the bytes take half the time. Keys and values have 16 bits beside all but single precision; that alone changes logits by
    /// 4e-5 of their standard deviation in root mean square, fp16 by 5e-4, bf16 by 4e-3, int8 by 1e-2.
    /// </param>
    /// <exception cref="ConfigException">The shape is not valid.</exception>
    /// <exception cref="CheckpointException">A tensor is missing, has another shape, or holds a value that is not finite.</exception>
    public static TokenModel Load(TokenModelConfig config, StateDict weights, WeightFormat format = WeightFormat.F32) =>
        new(TokenModelWeights.Load(config, weights, format));

    /// <inheritdoc/>
    public ITokenBatch Open(IReadOnlyList<TextStates?> conditions, int capacity, int threads = 1) => Start(conditions, capacity, threads);

    /// <summary>As <see cref="Open"/>, with what tests and evaluation need.</summary>
    /// <param name="conditions">The text of each sequence or <see langword="null"/>.</param>
    /// <param name="capacity">Most steps of a sequence.</param>
    /// <param name="threads">Threads to use.</param>
    /// <param name="padTexts">Whether texts are padded to the longest by zero vectors that take part in the softmax, as in a batch of AudioCraft.</param>
    public TokenModelState Start(IReadOnlyList<TextStates?> conditions, int capacity, int threads = 1, bool padTexts = false)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        ArgumentOutOfRangeException.ThrowIfLessThan(conditions.Count, 1, nameof(conditions));
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        foreach (TextStates? text in conditions)
        {
            if (text is not null && text.Width != Config.TextWidth)
            {
                throw new ArgumentException($"A text has vectors of {text.Width}, the model takes {Config.TextWidth}.", nameof(conditions));
            }
        }

        return new TokenModelState(_weights, conditions, capacity, new Executor(threads), padTexts);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Weights are managed memory.
    }
}
