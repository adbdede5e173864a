using System.Numerics.Tensors;
using AudioCodec.Numerics;
using AudioCodec.Numerics.Transformer;
using AudioCodec.Text;

namespace AudioCodec.Generation.Transformer;

/// <summary>A running batch: keys and values of every layer, and scratch.</summary>
/// <remarks>
/// A row's logits have the same bits whatever the other rows, the threads, and the number of steps taken at once: all kernels keep to that. Allocates
/// nothing per step once its scratch has its size.
/// </remarks>
internal sealed unsafe class TokenModelState : ITokenBatch
{
    // Steps of a long prompt are taken in pieces of at most so many rows, which bounds the scratch.
    private const int MaxRows = 192;

    private readonly TokenModelWeights _weights;
    private readonly Executor _executor;
    private readonly Attention _attention;
    private readonly SinusoidalPosition _position;
    private readonly KeyValueCache[] _caches;
    private readonly int _capacity;

    // Sequences stand here ordered by text, those without one last: _rows[place] is the caller's row.
    private readonly int[] _rows;
    private readonly (TextMemory Memory, int First, int Count)[] _texts;
    private readonly int _withText;
    private AlignedArray _x = AlignedArray.Empty;
    private AlignedArray _normed = AlignedArray.Empty;
    private AlignedArray _projected = AlignedArray.Empty;
    private AlignedArray _wide = AlignedArray.Empty;
    private AlignedArray _logits = AlignedArray.Empty;

    /// <summary>Starts a batch; see <see cref="TokenModel.Start"/>.</summary>
    public TokenModelState(TokenModelWeights weights, IReadOnlyList<TextStates?> conditions, int capacity, Executor executor, bool padTexts)
    {
        TokenModelConfig config = weights.Config;
        _weights = weights;
        _executor = executor;
        _capacity = capacity;
        _attention = new Attention(executor);
        _position = new SinusoidalPosition(config.Dimension);
        _caches = [.. weights.Layers.Select(_ => new KeyValueCache(conditions.Count, config.Heads, config.Dimension / config.Heads, capacity, weights.IsCompact))];
        List<TextStates> texts = [.. conditions.OfType<TextStates>().Distinct()];
        int longest = texts.Select(text => text.Tokens).DefaultIfEmpty().Max();
        List<int> rows = [];
        List<(TextMemory, int, int)> memories = [];
        foreach (TextStates text in texts)
        {
            int first = rows.Count;
            rows.AddRange(Enumerable.Range(0, conditions.Count).Where(row => conditions[row] == text));
            memories.Add((new TextMemory(weights, text, padTexts ? longest : text.Tokens, executor), first, rows.Count - first));
        }

        _withText = rows.Count;
        rows.AddRange(Enumerable.Range(0, conditions.Count).Where(row => conditions[row] is null));
        _rows = [.. rows];
        _texts = [.. memories];
    }

    /// <inheritdoc/>
    public int Rows => _rows.Length;

    /// <inheritdoc/>
    public int Steps { get; private set; }

    private TokenModelConfig Config => _weights.Config;

    /// <inheritdoc/>
    public void Advance(ReadOnlySpan<int> tokens, Span<float> logits) => Advance(tokens, logits, everyStep: false);

    /// <summary>As <see cref="Advance(ReadOnlySpan{int}, Span{float})"/>, but with the logits that follow each of the steps: [B, S, K, N].</summary>
    public void AdvanceEvery(ReadOnlySpan<int> tokens, Span<float> logits) => Advance(tokens, logits, everyStep: true);

    /// <inheritdoc/>
    public void Reset()
    {
        Steps = 0;
        foreach (KeyValueCache cache in _caches)
        {
            cache.Clear();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Its memory is managed.
    }

    private void Advance(ReadOnlySpan<int> tokens, Span<float> logits, bool everyStep)
    {
        int steps = Check(tokens, logits.Length, everyStep);
        int piece = Math.Max(1, MaxRows / Rows);
        for (int from = 0; from < steps; from += piece)
        {
            int count = Math.Min(piece, steps - from);
            Reserve(Rows * count);
            Embed(tokens, steps, from, count);
            for (int layer = 0; layer < _caches.Length; layer++)
            {
                Layer(layer, count);
            }

            Steps += count;
            if (everyStep)
            {
                _weights.OutputNorm.Apply(_x.Pointer, Rows * count, _normed.Pointer);
                Heads(count, logits, steps, from);
            }
            else if (from + count == steps)
            {
                for (int place = 0; place < Rows; place++)
                {
                    _weights.OutputNorm.Apply(Row(_x, (place * count) + count - 1), 1, Row(_normed, place));
                }

                Heads(1, logits, 1, 0);
            }
        }
    }

    /// <summary>Returns the number of steps.</summary>
    private int Check(ReadOnlySpan<int> tokens, int logits, bool everyStep)
    {
        int row = Rows * Config.Codebooks;
        int steps = tokens.Length / row;
        if (steps == 0 || steps * row != tokens.Length)
        {
            throw new ArgumentException($"{tokens.Length} tokens are no steps of {Rows} sequences of {Config.Codebooks} codebooks.", nameof(tokens));
        }

        if (steps > _capacity - Steps)
        {
            throw new ArgumentException($"{Steps} steps and {steps} more exceed the capacity of {_capacity}.", nameof(tokens));
        }

        long expected = (long)row * Config.CodebookSize * (everyStep ? steps : 1);
        if (logits != expected)
        {
            throw new ArgumentException($"Room for {logits} logits, expected {expected}.", nameof(logits));
        }

        foreach (int token in tokens)
        {
            if ((uint)token > (uint)Config.CodebookSize)
            {
                throw new ArgumentException($"Token {token} is not one of 0 to {Config.CodebookSize}.", nameof(tokens));
            }
        }

        return steps;
    }

    private void Reserve(int rows)
    {
        Require(ref _x, rows * Config.Dimension);
        Require(ref _normed, rows * Config.Dimension);
        Require(ref _projected, rows * 3 * Config.Dimension);
        Require(ref _wide, rows * Config.FeedForward);
    }

    /// <summary>x[place * count + t] = sum of the step's embeddings + its position.</summary>
    private void Embed(ReadOnlySpan<int> tokens, int steps, int from, int count)
    {
        int width = Config.Dimension;
        int codebooks = Config.Codebooks;
        Span<float> position = new(_normed.Pointer, width);
        for (int step = 0; step < count; step++)
        {
            _position.Write(Steps + step, position);
            for (int place = 0; place < Rows; place++)
            {
                Span<float> x = new(Row(_x, (place * count) + step), width);
                x.Clear();
                ReadOnlySpan<int> codes = tokens.Slice(((_rows[place] * steps) + from + step) * codebooks, codebooks);
                for (int k = 0; k < codebooks; k++)
                {
                    TensorPrimitives.Add(x, _weights.Embeddings[k].AsSpan(codes[k] * width, width), x);
                }

                TensorPrimitives.Add(x, position, x);
            }
        }
    }

    private void Layer(int index, int count)
    {
        TokenLayerWeights layer = _weights.Layers[index];
        int width = Config.Dimension;
        int rows = Rows * count;
        float* x = _x.Pointer;
        float* normed = _normed.Pointer;
        float* projected = _projected.Pointer;
        layer.SelfIn.ApplyNormed(_executor, layer.SelfNorm, x, rows, normed, projected);
        _attention.AppendAndApply(
            Queries(projected, 3 * width, count, causal: true), projected + width, projected + (2 * width), 3 * width, _caches[index], normed, width);
        layer.SelfOut.AddTo(_executor, normed, rows, x);

        int withText = _withText * count;
        if (withText > 0)
        {
            layer.CrossQuery.ApplyNormed(_executor, layer.CrossNorm, x, withText, normed, projected);
            foreach ((TextMemory memory, int first, int sequences) in _texts)
            {
                // To a text, all steps of all sequences that have it are queries alike.
                nint at = (nint)first * count * width;
                _attention.Apply(Queries(projected + at, width, sequences * count, causal: false), memory.Layer(index), normed + at, width);
            }

            layer.CrossOut.AddTo(_executor, normed, withText, x);
        }

        layer.Widen.ApplyNormed(_executor, layer.FeedForwardNorm, x, rows, normed, _wide.Pointer, gelu: true);
        layer.Narrow.AddTo(_executor, _wide.Pointer, rows, x);
    }

    private AttentionQueries Queries(float* data, nint stride, int count, bool causal) => new()
    {
        Data = data,
        Stride = stride,
        Count = count,
        Scale = 1f / MathF.Sqrt(Config.Dimension / Config.Heads),
        Causal = causal,
    };

    /// <summary>Logits of the normed rows [places, count, D], written to steps <paramref name="from"/> on of the caller's [B, steps, K, N].</summary>
    private void Heads(int count, Span<float> logits, int steps, int from)
    {
        int step = Config.Codebooks * Config.CodebookSize;
        Require(ref _logits, Rows * count * step);
        for (int k = 0; k < Config.Codebooks; k++)
        {
            _weights.Heads[k].Apply(_executor, _normed.Pointer, Config.Dimension, Rows * count, _logits.Pointer + (k * Config.CodebookSize), step);
        }

        for (int place = 0; place < Rows; place++)
        {
            new ReadOnlySpan<float>(_logits.Pointer + ((nint)place * count * step), count * step)
                .CopyTo(logits[(((_rows[place] * steps) + from) * step)..]);
        }
    }

    private float* Row(AlignedArray rows, int row) => rows.Pointer + ((nint)row * Config.Dimension);

    private static void Require(ref AlignedArray array, int length)
    {
        if (array.Length < length)
        {
            array = new AlignedArray(length, zeroed: false);
        }
    }
}
