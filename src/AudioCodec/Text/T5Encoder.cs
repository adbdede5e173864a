using System.Numerics.Tensors;
using AudioCodec.Checkpoints;
using AudioCodec.Numerics;
using AudioCodec.Numerics.Transformer;

namespace AudioCodec.Text;

/// <summary>A T5 encoder on the managed engine. Read-only, shared by any number of threads.</summary>
/// <remarks>
/// Pre-norm layers of attention without a scale, whose scores get a bias by relative position, and feed-forward networks; a norm at the end; no biases in
/// matrices. Source: arXiv 1910.10683, section 2.1. Memory beside the weights: about tokens * (4 D + 5 H * head width + 2 feed-forward) floats per call.
/// </remarks>
internal sealed unsafe class T5Encoder
{
    private readonly float[]? _embedding;
    private readonly Half[]? _halfEmbedding;
    private readonly float[] _positionBias;
    private readonly T5EncoderLayer[] _layers;
    private readonly RmsNorm _norm;

    private T5Encoder(T5Config config, StateDict weights, WeightFormat format)
    {
        Config = config;
        _embedding = weights.Tensors[T5EncoderTensors.Embedding].Values;
        if (format != WeightFormat.F32 && Magnitude.Largest(_embedding) <= (float)Half.MaxValue)
        {
            _halfEmbedding = new Half[_embedding.Length];
            TensorPrimitives.ConvertToHalf(_embedding, _halfEmbedding);
            _embedding = null;
        }

        _positionBias = weights.Tensors[T5EncoderTensors.PositionBias].Values;
        _layers = [.. Enumerable.Range(0, config.Layers).Select(layer => new T5EncoderLayer(config, weights, layer, format))];
        _norm = new RmsNorm(weights.Tensors[T5EncoderTensors.FinalNorm].Values, config.NormEpsilon);
    }

    /// <summary>Shape.</summary>
    public T5Config Config { get; }

    /// <summary>Builds an encoder.</summary>
    /// <param name="config">Shape.</param>
    /// <param name="weights">Tensors by their Hugging Face names; a decoder's are not looked at.</param>
    /// <param name="format">How the matrices are kept in memory; the embedding is in half precision for all formats but single precision.</param>
    /// <exception cref="ConfigException">The shape is not valid.</exception>
    /// <exception cref="CheckpointException">A tensor is missing, has another shape, or holds a value that is not finite.</exception>
    public static T5Encoder Load(T5Config config, StateDict weights, WeightFormat format = WeightFormat.F32) =>
        new(config, T5EncoderTensors.Select(config.Validated(), weights), format);

    /// <summary>Computes the states of a text.</summary>
    /// <param name="tokens">Ids below the vocabulary's size; at least one.</param>
    /// <param name="threads">Threads to use; the states do not depend on it.</param>
    /// <returns>[tokens, D].</returns>
    public TextStates Encode(ReadOnlySpan<int> tokens, int threads)
    {
        int width = Config.Dimension;
        AlignedArray stream = new(tokens.Length * width, zeroed: false);
        for (int i = 0; i < tokens.Length; i++)
        {
            Embed(tokens[i], stream.Span.Slice(i * width, width));
        }

        var run = new T5EncoderRun(Config, tokens.Length, PositionBias(tokens.Length), new Executor(threads));
        foreach (T5EncoderLayer layer in _layers)
        {
            layer.Apply(stream.Pointer, run);
        }

        _norm.Apply(stream.Pointer, tokens.Length, stream.Pointer);
        return new TextStates(stream.Span.ToArray(), width);
    }

    private void Embed(int token, Span<float> vector)
    {
        int at = token * vector.Length;
        if (_embedding is not null)
        {
            _embedding.AsSpan(at, vector.Length).CopyTo(vector);
        }
        else
        {
            HalfPrecision.ToSingle(_halfEmbedding.AsSpan(at, vector.Length), vector);
        }
    }

    /// <summary>[H, 2 T - 1]: the bias of each offset from -(T - 1), the key farthest before its query, to T - 1.</summary>
    private AlignedArray PositionBias(int tokens)
    {
        int offsets = (2 * tokens) - 1;
        AlignedArray bias = new(Config.Heads * offsets, zeroed: false);
        for (int i = 0; i < offsets; i++)
        {
            int bucket = RelativePosition.Bucket(i - (tokens - 1), Config);
            for (int head = 0; head < Config.Heads; head++)
            {
                bias.Span[(head * offsets) + i] = _positionBias[(bucket * Config.Heads) + head];
            }
        }

        return bias;
    }
}
