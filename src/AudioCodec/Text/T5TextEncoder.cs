using AudioCodec.Checkpoints;
using AudioCodec.Numerics;

namespace AudioCodec.Text;

/// <summary>A T5 tokenizer and encoder on the managed engine.</summary>
public sealed class T5TextEncoder : ITextEncoder
{
    /// <summary>Most tokens of a text. T5 was trained on 512; its relative positions go on, but time grows with the square.</summary>
    internal const int MaxTokens = 4096;

    private readonly Lock _lock = new();
    private readonly T5Tokenizer _tokenizer;
    private readonly int _threads;
    private T5Encoder? _encoder;

    /// <summary>Joins a tokenizer and weights.</summary>
    /// <param name="config">Shape.</param>
    /// <param name="weights">Tensors by their Hugging Face names, read here.</param>
    /// <param name="tokenizer">Tokenizer for the shape's vocabulary.</param>
    /// <param name="threads">Threads to use, at least 1; the states do not depend on it.</param>
    /// <param name="format">How the matrices are kept in memory.</param>
    /// <exception cref="CheckpointException">A tensor is missing, has another shape, or holds a value that is not finite.</exception>
    internal T5TextEncoder(T5Config config, StateDict weights, T5Tokenizer tokenizer, int threads, WeightFormat format = WeightFormat.F32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _encoder = T5Encoder.Load(config, weights, format);
        _tokenizer = tokenizer;
        _threads = threads;
        Width = config.Dimension;
    }

    /// <inheritdoc/>
    public int Width { get; }

    /// <summary>Loads a folder of a T5 model as Hugging Face lays it out.</summary>
    /// <param name="folder">
    /// Holds <c>config.json</c>, <c>spiece.model</c> or <c>tokenizer.json</c>, and <c>model.safetensors</c> or <c>pytorch_model.bin</c>, which may be sharded.
    /// </param>
    /// <param name="threads">Threads to use, at least 1; the states do not depend on it.</param>
    /// <param name="format">
    /// How the matrices are kept in memory: in half precision the encoder of t5-large takes 0.68 GB instead of 1.35, and states move by 5 parts in 10,000.
    /// </param>
    /// <exception cref="CheckpointException">A file is missing, damaged or hostile, or its tensors are not those of the configuration.</exception>
    /// <exception cref="ConfigException">The configuration is of another model, or has a value that is not allowed.</exception>
    public static T5TextEncoder Load(string folder, int threads = 1, WeightFormat format = WeightFormat.F32)
    {
        using T5Folder files = T5Folder.Open(folder);
        return new T5TextEncoder(files.Config, files.Tensors, files.Tokenizer, threads, format);
    }

    /// <inheritdoc/>
    /// <exception cref="TextTooLongException">The text has more than 262,144 characters or 4,096 tokens.</exception>
    public TextStates Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int[] tokens = Tokens(_tokenizer, text);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_encoder is null, this);
            return _encoder.Encode(tokens, _threads);
        }
    }

    /// <summary>Lets go of the weights.</summary>
    public void Dispose() => _encoder = null;

    /// <summary>The tokens of a text, within the limit.</summary>
    /// <exception cref="TextTooLongException">It is too long.</exception>
    internal static int[] Tokens(T5Tokenizer tokenizer, string text)
    {
        int[] tokens = tokenizer.Encode(text);
        return tokens.Length <= MaxTokens
            ? tokens
            : throw new TextTooLongException($"The text has {tokens.Length} tokens; at most {MaxTokens} can be encoded. A sentence has about 20.", text);
    }
}
