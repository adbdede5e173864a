using System.Numerics.Tensors;
using AudioCodec.Numerics.Vectors;

namespace AudioCodec.Numerics.Transformer;

/// <summary>Multi-head attention over the keys and values of a <see cref="KeyValueCache"/>: softmax(scale q k^T + bias) v for each head.</summary>
/// <remarks>
/// Serves self-attention (causal or not) and cross-attention; any number of layers may share one instance, one after the other.
/// Queries are taken in blocks whose scores stay in the second-level cache. A query's bits depend on itself and the keys and values it sees, not on which
/// queries are computed together or on how many threads: a prompt at once or step by step gives the same output.
/// Source: arXiv 1706.03762, section 3.2. Allocates only until its scratch has reached its size.
/// </remarks>
internal sealed unsafe class Attention : TeamJob
{
    private const int BlockQueries = 48;

    // A head costs as much as so many positions beside those it reads: cross-attention over twelve took half the time on two threads.
    private const int PositionsPerHead = 64;
    private readonly Executor _executor;
    private readonly AlignedArray[] _scores;
    private readonly AlignedArray[] _scaled;
    private AttentionQueries _queries;
    private KeyValueCache _cache = null!; // set before every run
    private float* _output;
    private nint _outputStride;
    private float* _newKeys;
    private float* _newValues;
    private nint _newStride;

    /// <summary>Makes scratch for each of the executor's threads.</summary>
    public Attention(Executor executor)
    {
        _executor = executor;
        _scores = [.. Enumerable.Repeat(AlignedArray.Empty, executor.Threads)];
        _scaled = [.. Enumerable.Repeat(AlignedArray.Empty, executor.Threads)];
    }

    /// <summary>Computes the outputs of all queries.</summary>
    /// <param name="queries">The queries of all sequences.</param>
    /// <param name="cache">Keys and values. Of causal queries the last is at the cache's last position.</param>
    /// <param name="output">Receives rows in the order of the queries, each [H * head width]. A query that sees no key gives zeros.</param>
    /// <param name="outputStride">Floats from one row to the next.</param>
    public void Apply(in AttentionQueries queries, KeyValueCache cache, float* output, nint outputStride)
    {
        if (queries.Causal)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(queries.Count, cache.Count);
        }

        _newKeys = null;
        Start(queries, cache, output, outputStride);
    }

    /// <summary>Appends the queries' own positions to the cache first; then as <see cref="Apply"/>.</summary>
    /// <param name="queries">Causal queries.</param>
    /// <param name="keys">As for <see cref="KeyValueCache.Append"/>.</param>
    /// <param name="values">The same.</param>
    /// <param name="stride">Floats from one row to the next, of both.</param>
    /// <param name="cache">Keys and values.</param>
    /// <param name="output">Receives rows, see <see cref="Apply"/>.</param>
    /// <param name="outputStride">Floats from one row to the next.</param>
    /// <exception cref="ArgumentOutOfRangeException">The positions exceed the capacity.</exception>
    public void AppendAndApply(in AttentionQueries queries, float* keys, float* values, nint stride, KeyValueCache cache, float* output, nint outputStride)
    {
        bool byHeads = queries.Count <= BlockQueries;
        if (byHeads)
        {
            // Each thread writes the heads that it then reads: a step's writes go to lines that are not in any cache.
            cache.Extend(queries.Count);
        }
        else
        {
            cache.Append(keys, values, stride, queries.Count);
        }

        _newKeys = byHeads ? keys : null;
        _newValues = values;
        _newStride = stride;
        Start(queries, cache, output, outputStride);
    }

    private void Start(in AttentionQueries queries, KeyValueCache cache, float* output, nint outputStride)
    {
        _queries = queries;
        _cache = cache;
        _output = output;
        _outputStride = outputStride;
        _executor.Run(this, 2L * cache.Sequences * queries.Count * (cache.Count + PositionsPerHead) * cache.Heads * cache.HeadWidth);
    }

    /// <inheritdoc/>
    public override void Run(int part, int parts)
    {
        int blocks = (_queries.Count + BlockQueries - 1) / BlockQueries;
        WorkShare share = WorkShare.Of(_cache.Sequences * _cache.Heads * blocks, part, parts);
        for (int item = share.First; item < share.End; item++)
        {
            int start = item % blocks * BlockQueries;
            int head = item / blocks % _cache.Heads;
            if (_newKeys is not null)
            {
                _cache.Write(item / blocks / _cache.Heads, head, _newKeys, _newValues, _newStride, _queries.Count);
            }

            Block(part, item / blocks / _cache.Heads, head, start, Math.Min(BlockQueries, _queries.Count - start), last: item + 1 == share.End);
        }
    }

    /// <summary>Some queries of one sequence and head.</summary>
    private void Block(int part, int sequence, int head, int start, int rows, bool last)
    {
        int width = _cache.HeadWidth;
        int visible = _cache.Visible(sequence);
        int scoreStride = (visible + KeyValueCache.PanelColumns - 1) / KeyValueCache.PanelColumns * KeyValueCache.PanelColumns;
        nint first = ((nint)sequence * _queries.Count) + start;
        AttentionBlock block = _cache.Head(sequence, head);
        block.Queries = Scaled(part, _queries.Data + (first * _queries.Stride) + (head * width), rows, out nint queryStride);
        block.QueryStride = queryStride;
        block.Rows = rows;
        block.Limit = visible;
        block.FirstVisible = _queries.Causal ? _cache.Count - _queries.Count + start + 1 : visible;
        block.Bias = _queries.Bias is null ? null : _queries.Bias + (head * _queries.BiasHeadStride) + (start * _queries.BiasQueryStride);
        block.BiasStride = _queries.BiasQueryStride;
        int panel = _cache.IsCompact ? Math.Max(width, _cache.Positions) * KeyValueCache.PanelColumns : 0;
        block.Scores = Require(ref _scores[part], (rows * (_cache.Positions + _cache.ValueWidth)) + panel);
        block.ScoreStride = scoreStride;
        block.Output = _output + (first * _outputStride) + (head * width);
        block.OutputStride = _outputStride;
        if (last)
        {
            // What follows is not this thread's, or nothing.
            block.KeysAhead = 0;
            block.ValuesAhead = 0;
        }

        Simd.Run(new Call(block));
    }

    /// <summary>Queries of one head, times the scale.</summary>
    private float* Scaled(int part, float* queries, int rows, out nint stride)
    {
        stride = _queries.Stride;
        if (_queries.Scale == 1f)
        {
            return queries;
        }

        int width = _cache.HeadWidth;
        float* scaled = Require(ref _scaled[part], rows * width);
        for (int row = 0; row < rows; row++)
        {
            TensorPrimitives.Multiply(
                new ReadOnlySpan<float>(queries + (row * stride), width), _queries.Scale, new Span<float>(scaled + (row * width), width));
        }

        stride = width;
        return scaled;
    }

    private static float* Require(ref AlignedArray array, int length)
    {
        if (array.Length < length)
        {
            array = new AlignedArray(length, zeroed: false);
        }

        return array.Pointer;
    }

    private readonly struct Call(AttentionBlock block) : ISimdKernel
    {
        void ISimdKernel.Run<TVec, TSimd>() => FloatKernels<TVec, TSimd>.Attend(block);
    }
}
