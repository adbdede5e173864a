using AudioCodec.Bitstream;

namespace AudioCodec.Entropy;

/// <summary>Codes chunks with an <see cref="EntropyModel"/>; one per thread, see <see cref="ChunkCoderPool"/>.</summary>
/// <remarks>
/// Encoding runs the model over up to 64 steps at once. Decoding must go step by step, since each step needs the codes of the one
/// before; it decodes several chunks in lock step instead, so that the weights are read from memory once for all of them. Both give
/// the same bits.
/// </remarks>
internal sealed class EntropyChunkCoder : IChunkCoder
{
    /// <summary>Chunks decoded together unless set otherwise.</summary>
    public const int DefaultParallelChunks = 4;

    private const int MaxParallel = 8;
    private readonly EntropyModel _model;
    private readonly ExactKernels _kernels;
    private readonly ArithmeticEncoder _encoder = new();
    private readonly FrequencyTable _table;
    private readonly byte[] _fingerprint;
    private readonly Stack<EntropySequence> _idle = new();
    private EntropyState? _encoding;
    private EntropyState? _decoding;
    private int _encodingSteps;
    private (int Low, int High)[] _intervals = [];

    /// <param name="model">The model.</param>
    /// <param name="parallelChunks">Chunks decoded together: 1 for the lowest latency, 4 or 8 for the highest throughput.</param>
    public EntropyChunkCoder(EntropyModel model, int parallelChunks = DefaultParallelChunks)
        : this(model, parallelChunks, ExactKernels.Best)
    {
    }

    internal EntropyChunkCoder(EntropyModel model, int parallelChunks, ExactKernels kernels)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(parallelChunks, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(parallelChunks, MaxParallel);
        _model = model;
        _kernels = kernels;
        ParallelChunks = parallelChunks;
        _table = new FrequencyTable(model.Config.CodebookSize, kernels);
        _fingerprint = model.Fingerprint.ToBytes();
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Fingerprint => _fingerprint;

    /// <inheritdoc/>
    public int ParallelChunks { get; }

    /// <inheritdoc/>
    public bool Supports(int codebooks, int bitsPerCode) => _model.Supports(codebooks, bitsPerCode);

    /// <inheritdoc/>
    public bool TryEncode(ReadOnlySpan<ushort> codes, int codebooks, ReadOnlySpan<int> runs, Span<long> bits, out ReadOnlySpan<byte> bytes)
    {
        EntropyState state = EncodingState(Longest(runs));
        _encoder.Reset();
        int done = 0;
        foreach (int frames in runs)
        {
            state.Restart(0);
            for (int step = 0; step < frames; step += EntropyState.MaxRows)
            {
                int rows = Math.Min(EntropyState.MaxRows, frames - step);
                ReadOnlySpan<ushort> current = codes.Slice((done + step) * codebooks, rows * codebooks);
                EncodeRows(state, PreviousCodes(codes, done + step, rows, codebooks, step == 0), current, codebooks, bits);
            }

            done += frames;
        }

        bytes = _encoder.FinishShortest();
        return !_encoder.Overflowed;
    }

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<CodedChunk> chunks, int codebooks)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(chunks.Length, ParallelChunks);
        _decoding ??= new EntropyState(_model, 0, 0, _kernels);
        var cursors = new List<Cursor>(chunks.Length);
        foreach (CodedChunk chunk in chunks)
        {
            var cursor = chunk.Progress as Cursor ?? new Cursor(chunk, this);
            chunk.Progress = cursor;
            cursors.Add(cursor);
        }

        var sequences = new EntropySequence[MaxParallel];
        var previous = new ushort[MaxParallel * codebooks];
        while (true)
        {
            cursors.RemoveAll(cursor => !cursor.StartFrame(_idle));
            if (cursors.Count == 0)
            {
                return;
            }

            for (int row = 0; row < cursors.Count; row++)
            {
                sequences[row] = cursors[row].Sequence;
                cursors[row].CopyPrevious(previous.AsSpan(row * codebooks, codebooks));
            }

            _decoding.Advance(sequences.AsSpan(0, cursors.Count), previous, codebooks);
            DecodeRows(_decoding, cursors, codebooks);
            cursors.ForEach(cursor => cursor.EndFrame());
        }
    }

    /// <summary>
    /// The arithmetic coder works frame by frame, the matrix products codebook by codebook: each interval is stored in between.
    /// </summary>
    private void EncodeRows(EntropyState state, ReadOnlySpan<ushort> previous, ReadOnlySpan<ushort> codes, int codebooks, Span<long> bits)
    {
        int rows = codes.Length / codebooks;
        if (_intervals.Length < codes.Length)
        {
            _intervals = new (int, int)[EntropyState.MaxRows * codebooks];
        }

        Span<int> sequences = stackalloc int[EntropyState.MaxRows];
        state.Advance(sequences[..rows], previous, codebooks);
        for (int k = 0; k < codebooks; k++)
        {
            ReadOnlySpan<float> logits = state.Logits(rows, k);
            for (int row = 0; row < rows; row++)
            {
                int at = (row * codebooks) + k;
                _intervals[at] = _table.Interval(logits.Slice(row * state.LogitStride, state.LogitStride), codes[at]);
            }
        }

        for (int at = 0; at < codes.Length; at++)
        {
            _encoder.Encode(_intervals[at].Low, _intervals[at].High);
            bits[at % codebooks] += _encoder.LastCost;
        }
    }

    private void DecodeRows(EntropyState state, List<Cursor> cursors, int codebooks)
    {
        for (int k = 0; k < codebooks; k++)
        {
            ReadOnlySpan<float> logits = state.Logits(cursors.Count, k);
            for (int row = 0; row < cursors.Count; row++)
            {
                if (cursors[row].Chunk.Error is null)
                {
                    cursors[row].Decode(_table.Build(logits.Slice(row * state.LogitStride, state.LogitStride)));
                }
            }
        }
    }

    private EntropyState EncodingState(int steps)
    {
        if (_encoding is null || steps > _encodingSteps)
        {
            _encodingSteps = Math.Max(steps, 64);
            _encoding = new EntropyState(_model, 1, _encodingSteps, _kernels);
        }

        return _encoding;
    }

    /// <summary>A sequence for a chunk, given the steps of its longest run.</summary>
    private EntropySequence Rent(int steps) =>
        _idle.TryPop(out EntropySequence? idle) && idle.MaxSteps >= steps ? idle : new EntropySequence(_model, Math.Max(steps, 64));

    private static ReadOnlySpan<ushort> PreviousCodes(ReadOnlySpan<ushort> codes, int first, int rows, int codebooks, bool start)
    {
        // At the start of a run there are no previous codes: this row must exist, but is not read.
        if (!start)
        {
            return codes.Slice((first - 1) * codebooks, rows * codebooks);
        }

        var shifted = new ushort[rows * codebooks];
        codes.Slice(first * codebooks, (rows - 1) * codebooks).CopyTo(shifted.AsSpan(codebooks));
        return shifted;
    }

    private static int Longest(ReadOnlySpan<int> runs)
    {
        int longest = 0;
        foreach (int frames in runs)
        {
            longest = Math.Max(longest, frames);
        }

        return longest;
    }

    /// <summary>Progress of decoding one chunk.</summary>
    private sealed class Cursor(CodedChunk chunk, EntropyChunkCoder coder)
    {
        private readonly ArithmeticDecoder _decoder = new(new BitReader(chunk.Bytes), zerosFollow: true);
        private int _run = -1;
        private int _framesLeft;
        private int _at;
        private int _frameStart;

        public CodedChunk Chunk => chunk;

        public EntropySequence Sequence { get; } = coder.Rent(chunk.Runs.DefaultIfEmpty().Max());

        public void CopyPrevious(Span<ushort> previous)
        {
            if (_frameStart >= previous.Length)
            {
                chunk.Codes.AsSpan(_frameStart - previous.Length, previous.Length).CopyTo(previous);
            }
        }

        public void Decode(ReadOnlySpan<int> cumulative)
        {
            try
            {
                chunk.Codes[_at++] = (ushort)_decoder.Decode(cumulative);
            }
            catch (BitstreamException exception)
            {
                chunk.Error = exception;
            }
        }

        /// <summary>Prepares for the next frame; false where the chunk needs none now.</summary>
        /// <param name="idle">Receives its sequence, when the chunk is done.</param>
        public bool StartFrame(Stack<EntropySequence> idle)
        {
            while (_framesLeft == 0 && chunk.Error is null && ++_run < chunk.Runs.Count)
            {
                _framesLeft = chunk.Runs[_run];
                Sequence.Restart();
            }

            if (chunk.Error is null && _framesLeft > 0)
            {
                return chunk.FramesDone < chunk.FramesWanted;
            }

            chunk.Progress = null;
            idle.Push(Sequence);
            return false;
        }

        public void EndFrame()
        {
            _frameStart = _at;
            _framesLeft--;
            chunk.FramesDone += chunk.Error is null ? 1 : 0;
        }
    }
}
