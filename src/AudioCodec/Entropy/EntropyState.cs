using System.Numerics.Tensors;

namespace AudioCodec.Entropy;

/// <summary>The running transformer: scratch memory, and sequences of its own.</summary>
/// <remarks>
/// A call advances rows: consecutive steps of one sequence, one step of several sequences, or any mixture. The bits of a row's
/// result depend on its own sequence only. Not thread-safe: one state per thread.
/// </remarks>
internal sealed class EntropyState
{
    /// <summary>Most rows of one call.</summary>
    public const int MaxRows = 64;

    private readonly EntropyModel _model;
    private readonly ExactKernels _kernels;
    private readonly EntropySequence[] _own;
    private readonly EntropySequence[] _rows = new EntropySequence[MaxRows];
    private readonly int[] _positions = new int[MaxRows];
    private readonly int _width;
    private readonly int _paddedWidth;
    private readonly float[] _x;
    private readonly float[] _attentionIn;
    private readonly float[] _attended;
    private readonly float[] _y;
    private readonly float[] _wide;
    private readonly float[] _scores;
    private readonly float[] _logits;
    private readonly float[] _zeros;

    /// <param name="model">The weights.</param>
    /// <param name="sequences">Sequences of its own; others can be advanced too.</param>
    /// <param name="maxSteps">Most steps of a sequence of its own.</param>
    /// <param name="kernels">The kernels; those of the machine's tier where <see langword="null"/>.</param>
    public EntropyState(EntropyModel model, int sequences, int maxSteps, ExactKernels? kernels = null)
    {
        EntropyModelConfig config = model.Config;
        _model = model;
        _kernels = kernels ?? ExactKernels.Best;
        _width = config.Dimension;
        _paddedWidth = ExactMatrix.RoundUp(_width);
        int headWidth = _width / config.Heads;
        int slots = EntropySequence.MaxSlots(config);
        _own = [.. Enumerable.Range(0, sequences).Select(_ => new EntropySequence(model, maxSteps))];
        _x = Rows(_paddedWidth);
        _y = Rows(_paddedWidth);
        _attended = Rows(_paddedWidth);
        _attentionIn = Rows(ExactMatrix.RoundUp(3 * _width));
        _wide = Rows(ExactMatrix.RoundUp(config.FeedForward));
        _logits = Rows(ExactMatrix.RoundUp(config.CodebookSize));
        int paddedHead = (headWidth + 15) / 16 * 16;
        _scores = new float[(config.Heads * ExactKernels.ScoresPerHead((slots / AttentionCache.BlockSlots) + 1)) + (config.Heads * paddedHead) + ExactKernels.Slack];
        _zeros = new float[_paddedWidth];
    }

    /// <summary>Distance between the rows of <see cref="Logits"/>.</summary>
    public int LogitStride => ExactMatrix.RoundUp(_model.Config.CodebookSize);

    /// <summary>Returns a sequence of its own to the state before step 0.</summary>
    public void Restart(int sequence) => _own[sequence].Restart();

    /// <summary>Advances sequences of its own, given by number.</summary>
    /// <param name="sequences">[R] number of each row's sequence.</param>
    /// <param name="previous">[R, <paramref name="codebooks"/>] codes of the step before each row's; not read for a step 0.</param>
    /// <param name="codebooks">Codebooks in use.</param>
    public void Advance(ReadOnlySpan<int> sequences, ReadOnlySpan<ushort> previous, int codebooks)
    {
        for (int row = 0; row < sequences.Length; row++)
        {
            _rows[row] = _own[sequences[row]];
        }

        Advance(_rows.AsSpan(0, sequences.Length), previous, codebooks);
    }

    /// <summary>Advances by one step per row.</summary>
    /// <param name="sequences">[R] sequence of each row, at most <see cref="MaxRows"/>.</param>
    /// <param name="previous">[R, <paramref name="codebooks"/>] codes of the step before each row's; not read for a step 0.</param>
    /// <param name="codebooks">Codebooks in use.</param>
    public void Advance(ReadOnlySpan<EntropySequence> sequences, ReadOnlySpan<ushort> previous, int codebooks)
    {
        int rows = sequences.Length;
        Embed(sequences, previous, codebooks);
        for (int i = 0; i < _model.Layers.Length; i++)
        {
            EntropyLayer layer = _model.Layers[i];
            _kernels.Multiply(_x, _paddedWidth, rows, layer.AttentionIn, _attentionIn, layer.AttentionIn.PaddedOutputs);
            Attend(sequences, i, layer.AttentionIn.PaddedOutputs);
            _kernels.Multiply(_attended, _paddedWidth, rows, layer.AttentionOut, _y, _paddedWidth);
            AddNormalize(rows, _y, layer.AttentionNorm);
            _kernels.Multiply(_x, _paddedWidth, rows, layer.Widen, _wide, layer.Widen.PaddedOutputs);
            _kernels.Gelu(_wide.AsSpan(0, rows * layer.Widen.PaddedOutputs));
            _kernels.Multiply(_wide, layer.Widen.PaddedOutputs, rows, layer.Narrow, _y, _paddedWidth);
            AddNormalize(rows, _y, layer.FeedForwardNorm);
        }
    }

    /// <summary>Logits of one codebook for the rows of the last <see cref="Advance(ReadOnlySpan{EntropySequence}, ReadOnlySpan{ushort}, int)"/>.</summary>
    /// <returns>[R, <see cref="LogitStride"/>], valid until the next call.</returns>
    public ReadOnlySpan<float> Logits(int rows, int codebook)
    {
        _kernels.Multiply(_x, _paddedWidth, rows, _model.Heads[codebook], _logits, LogitStride);
        return _logits.AsSpan(0, rows * LogitStride);
    }

    private void Embed(ReadOnlySpan<EntropySequence> sequences, ReadOnlySpan<ushort> previous, int codebooks)
    {
        for (int row = 0; row < sequences.Length; row++)
        {
            int step = sequences[row].Step++;
            _positions[row] = step + 1;
            Span<float> x = _x.AsSpan(row * _paddedWidth, _width);
            x.Clear();
            for (int k = 0; k < codebooks; k++)
            {
                int index = step == 0 ? 0 : previous[(row * codebooks) + k] + 1;
                TensorPrimitives.Add(x, _model.Embeddings[k].AsSpan(index * _width, _width), x);
            }

            _kernels.AddNormalize(_x.AsSpan(row * _paddedWidth, _paddedWidth), _zeros, _width, _model.InputNorm.Gain, _model.InputNorm.Bias);
            _model.AddPosition(step, x);
        }
    }

    private void Attend(ReadOnlySpan<EntropySequence> sequences, int layer, int stride)
    {
        // All keys and values first: a later row of the same sequence may attend to an earlier one, never the reverse.
        for (int row = 0; row < sequences.Length; row++)
        {
            AttentionCache cache = sequences[row].Caches[layer];
            if (row == 0 || sequences[row] != sequences[row - 1])
            {
                cache.MakeRoom(RunLength(sequences[row..]));
            }

            ReadOnlySpan<float> projected = _attentionIn.AsSpan(row * stride, 3 * _width);
            cache.Append(projected.Slice(_width, _width), projected.Slice(2 * _width, _width));
        }

        int heads = _model.Config.Heads;
        int headWidth = _width / heads;
        float scale = 1f / MathF.Sqrt(headWidth);
        for (int row = 0; row < sequences.Length; row++)
        {
            AttentionCache cache = sequences[row].Caches[layer];
            Span<float> query = _attentionIn.AsSpan(row * stride, _width);
            TensorPrimitives.Multiply(query, scale, query);
            int from = cache.WindowStart(_positions[row]);
            int count = cache.SlotOf(_positions[row]) + 1 - from;
            int outputs = heads * cache.PaddedHeadWidth;
            Span<float> output = _scores.AsSpan(_scores.Length - ExactKernels.Slack - outputs, outputs);
            _kernels.Attend(query, cache, from, count, _scores, output);
            Span<float> attended = _attended.AsSpan(row * _paddedWidth, _width);
            for (int h = 0; h < heads; h++)
            {
                output.Slice(h * cache.PaddedHeadWidth, headWidth).CopyTo(attended[(h * headWidth)..]);
            }
        }
    }

    private void AddNormalize(int rows, float[] y, NormWeights norm)
    {
        for (int row = 0; row < rows; row++)
        {
            int at = row * _paddedWidth;
            _kernels.AddNormalize(_x.AsSpan(at, _paddedWidth), y.AsSpan(at, _paddedWidth), _width, norm.Gain, norm.Bias);
        }
    }

    private static int RunLength(ReadOnlySpan<EntropySequence> sequences)
    {
        int length = 1;
        while (length < sequences.Length && sequences[length] == sequences[0])
        {
            length++;
        }

        return length;
    }

    private static float[] Rows(int stride) => new float[(MaxRows * stride) + ExactKernels.Slack];
}
