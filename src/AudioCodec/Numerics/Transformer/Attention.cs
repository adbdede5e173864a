using System.Numerics.Tensors;

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
    private readonly Executor _executor;
    private readonly AlignedArray[] _scores;
    private readonly AlignedArray[] _scaled;
    private AttentionQueries _queries;
    private KeyValueCache _cache = null!; // set before every run
    private float* _output;
    private nint _outputStride;

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

        _queries = queries;
        _cache = cache;
        _output = output;
        _outputStride = outputStride;
        _executor.Run(this, 2L * cache.Sequences * queries.Count * cache.Count * cache.Heads * cache.HeadWidth);
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
            Block(part, item / blocks / _cache.Heads, head, start, Math.Min(BlockQueries, _queries.Count - start));
        }
    }

    /// <summary>Some queries of one sequence and head.</summary>
    private void Block(int part, int sequence, int head, int start, int rows)
    {
        int keys = Visible(sequence, start + rows - 1);
        PackedMatrix values = _cache.Values(sequence, head);
        PackedMatrix keyMatrix = _cache.Keys(sequence, head);
        int panels = (keys + PackedMatrix.PanelColumns - 1) / PackedMatrix.PanelColumns;
        int stride = panels * PackedMatrix.PanelColumns;
        float* scores = Require(ref _scores[part], rows * keyMatrix.Columns);
        Gemm.RunPanels(Queries(part, sequence, head, start, rows), keyMatrix, null, 0, scores, stride, 0, panels);
        for (int row = 0; row < rows; row++)
        {
            int visible = Visible(sequence, start + row);
            float* bias = _queries.Bias is null ? null : _queries.Bias + (head * _queries.BiasHeadStride) + ((start + row) * _queries.BiasQueryStride);
            Softmax.Apply(scores + ((nint)row * stride), visible, bias);

            // Later keys of the block count with weight 0.
            new Span<float>(scores + ((nint)row * stride) + visible, keys - visible).Clear();
        }

        GemmOperand weights = new() { Data = scores, RowCount = rows, RowStride = stride, Taps = 1, TapLength = keys };
        float* output = _output + ((((nint)sequence * _queries.Count) + start) * _outputStride) + (head * _cache.HeadWidth);
        Gemm.RunPanels(weights, values, null, 0, output, _outputStride, 0, values.PanelCount);
    }

    /// <summary>Number of keys that a query sees.</summary>
    private int Visible(int sequence, int query)
    {
        int visible = _cache.Visible(sequence);
        return _queries.Causal ? Math.Min(visible, _cache.Count - _queries.Count + query + 1) : visible;
    }

    /// <summary>Queries of one head, times the scale.</summary>
    private GemmOperand Queries(int part, int sequence, int head, int start, int rows)
    {
        int width = _cache.HeadWidth;
        float* queries = _queries.Data + ((((nint)sequence * _queries.Count) + start) * _queries.Stride) + (head * width);
        nint stride = _queries.Stride;
        if (_queries.Scale != 1f)
        {
            float* scaled = Require(ref _scaled[part], rows * width);
            for (int row = 0; row < rows; row++)
            {
                TensorPrimitives.Multiply(
                    new ReadOnlySpan<float>(queries + (row * stride), width), _queries.Scale, new Span<float>(scaled + (row * width), width));
            }

            queries = scaled;
            stride = width;
        }

        return new() { Data = queries, RowCount = rows, RowStride = stride, Taps = 1, TapLength = width };
    }

    private static float* Require(ref AlignedArray array, int length)
    {
        if (array.Length < length)
        {
            array = new AlignedArray(length, zeroed: false);
        }

        return array.Pointer;
    }
}
