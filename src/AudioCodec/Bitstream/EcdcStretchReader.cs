namespace AudioCodec.Bitstream;

/// <summary>Codes of one stretch of a version-1 file, starting at a chunk.</summary>
/// <remarks>
/// For a seek, entropy decoding stops at the last frame that is needed at once, and continues from there in small steps.
/// Further chunks are read one by one at first, then as many as the coder decodes together; with several threads, ahead of their use, but not before
/// the first of them is there. Damage is told when its chunk's turn comes.
/// </remarks>
internal sealed class EcdcStretchReader : IEcdcReader
{
    /// <summary>Frames per step in a chunk that a seek has partly decoded.</summary>
    private const int StepFrames = 24;

    private readonly EcdcV1Reader _file;
    private readonly EcdcStretch _stretch;
    private readonly Queue<Pending> _ready = new();
    private readonly WorkAhead<List<Pending>> _ahead;
    private readonly ushort[] _lastFrame;
    private readonly int _startFrame;
    private readonly bool _wholeFile;
    private EcdcChunk? _chunk;
    private uint _chain;
    private int _number;
    private int _nextRecord;
    private int _batch = 1;
    private long _urgentFrames;
    private int _run;
    private int _frameInChunk;
    private long _framesLeft;
    private long _segment = -1;
    private long _startSample;

    /// <param name="file">The file.</param>
    /// <param name="stretch">Number of the stretch.</param>
    /// <param name="firstChunk">First chunk.</param>
    /// <param name="startFrame">Frames of that chunk to skip; with segments, those of whole segments.</param>
    /// <param name="startSample">Sample of the stretch at which the first returned frame starts.</param>
    /// <param name="urgentFrames">Returned frames that are needed at once; 0 for none.</param>
    public EcdcStretchReader(EcdcV1Reader file, int stretch, int firstChunk, int startFrame, long startSample, int urgentFrames)
    {
        _urgentFrames = urgentFrames == 0 ? 0 : urgentFrames + (long)startFrame;
        _file = file;
        _stretch = file.Stretches[stretch];
        _number = firstChunk - 1;
        _nextRecord = firstChunk;
        _ahead = new WorkAhead<List<Pending>>(file.Options.Coder is null ? 1 : file.Options.Threads, Decode);
        _startFrame = startFrame;
        _lastFrame = new ushort[file.Header.Codebooks];
        _wholeFile = file.Stretches.Count == 1 && firstChunk == 0;
        LengthSamples = _stretch.CodedSamples - startSample;
    }

    public EcdcGeometry Geometry => _file.Header.Geometry;

    public int Codebooks => _file.Header.Codebooks;

    public long LengthSamples { get; }

    /// <summary>Number of the chunk behind the stretch's last.</summary>
    private int End => _stretch.FirstChunk + _stretch.ChunkCount;

    public bool TryNextSegment(out EcdcSegment segment)
    {
        segment = default;
        var skipped = new ushort[64 * Codebooks];
        while (ReadFrames(skipped) > 0)
        {
        }

        bool segmented = Geometry.SegmentSamples is not null;
        if (!segmented && _segment >= 0)
        {
            return false;
        }

        if (_chunk is not null && _run + 1 < _chunk.Runs.Length)
        {
            _run++;
        }
        else if (TryNextChunk())
        {
            _run = FirstRun();
        }
        else
        {
            return false;
        }

        EcdcChunk chunk = _chunk!; // TryNextChunk or an earlier call has set it.
        _segment++;
        _framesLeft = segmented ? chunk.Runs[_run] : RemainingFrames();
        long length = segmented ? chunk.SegmentSamples[_run] : LengthSamples;
        segment = new EcdcSegment(_segment, _startSample, length, _framesLeft, chunk.ScaleBits[_run]);
        _startSample += Geometry.SegmentStrideSamples ?? 0;
        return true;
    }

    public int ReadFrames(Span<ushort> codes)
    {
        if (codes.Length % Codebooks != 0)
        {
            throw new ArgumentException($"Room for {codes.Length} codes is not a multiple of {Codebooks} codebooks.", nameof(codes));
        }

        int done = 0;
        int wanted = (int)Math.Min(codes.Length / Codebooks, _framesLeft);
        while (done < wanted)
        {
            EcdcChunk chunk = _chunk!; // There are frames left, so a segment has been started.
            int available = (chunk.Decoding?.FramesDone ?? chunk.Codes.Length / Codebooks) - _frameInChunk;
            if (available <= 0)
            {
                if (chunk.Decoding is not null)
                {
                    DecodeFurther(chunk, _frameInChunk);
                }
                else
                {
                    TryNextChunk();
                }

                continue;
            }

            int taken = Math.Min(wanted - done, available);
            chunk.Codes.AsSpan(_frameInChunk * Codebooks, taken * Codebooks).CopyTo(codes[(done * Codebooks)..]);
            done += taken;
            _frameInChunk += taken;
            _framesLeft -= taken;
        }

        return done;
    }

    /// <summary>Ends decoding ahead.</summary>
    public void Dispose()
    {
        foreach (Pending pending in _ahead.Items.SelectMany(batch => batch))
        {
            if (pending.Coded is { } coded)
            {
                coded.FramesWanted = 0;
            }
        }

        _ahead.Dispose();
    }

    private long RemainingFrames()
    {
        long frames = -_frameInChunk;
        for (int i = _number; i < End; i++)
        {
            frames += _file.Chunks[i].Frames;
        }

        return frames;
    }

    /// <summary>The first run of the current chunk: not 0 only at a seek point inside a chunk of several segments.</summary>
    private int FirstRun()
    {
        int run = 0;
        for (int frames = _frameInChunk; Geometry.SegmentSamples is not null && frames > 0; run++)
        {
            frames -= _chunk!.Runs[run]; // Set by the caller.
        }

        return run;
    }

    private bool TryNextChunk()
    {
        if (_ready.Count == 0 && !Fill())
        {
            return false;
        }

        EcdcChunk next = Accept(_ready.Peek());
        _number = _ready.Dequeue().Number;
        _frameInChunk = _chunk is null ? _startFrame : 0;
        _chunk = next;
        CheckChain(_number + 1);
        return true;
    }

    /// <summary>Makes the next chunks ready; false at the stretch's end.</summary>
    private bool Fill()
    {
        bool urgent = _urgentFrames > 0;
        List<Pending> batch;
        if (_ahead.Count > 0)
        {
            batch = _ahead.Take();
        }
        else
        {
            batch = ReadRecords();
            Decode(batch);
        }

        batch.ForEach(_ready.Enqueue);
        if (!urgent && _ahead.Threads > 1)
        {
            ReadAhead();
        }

        return _ready.Count > 0;
    }

    private void ReadAhead()
    {
        try
        {
            while (_ahead.Count <= _ahead.Threads && _nextRecord < End)
            {
                _ahead.Add(ReadRecords());
            }
        }
        catch (IOException)
        {
            // It is told when these chunks are needed, and read again.
        }
    }

    private void Decode(List<Pending> batch)
    {
        CodedChunk[] coded = [.. batch.Where(p => p.Coded is not null).Select(p => p.Coded!)]; // Filtered just before.
        if (coded.Length > 0)
        {
            _file.Options.Coder!.Decode(coded, Codebooks); // Read refuses coded chunks where there is no coder.
        }
    }

    /// <summary>Reads the chunks of the frames needed at once, the last of which is decoded only as far as needed; otherwise the next few.</summary>
    private List<Pending> ReadRecords()
    {
        var pending = new List<Pending>();
        bool urgent = _urgentFrames > 0;
        int parallel = _file.Options.Coder?.ParallelChunks ?? 1;
        int end = Math.Min(End, _nextRecord + (urgent ? parallel : _batch));
        for (int number = _nextRecord; number < end && (!urgent || _urgentFrames > 0); number++)
        {
            pending.Add(Read(number));
            if (urgent && pending[^1].Coded is { } coded)
            {
                coded.FramesWanted = (int)Math.Min(coded.FramesWanted, _urgentFrames);
            }

            _urgentFrames -= Math.Min(_urgentFrames, _file.Chunks[number].Frames);
        }

        _nextRecord += pending.Count;
        _batch = urgent ? _batch : Math.Min(_batch * 2, parallel);
        return pending;
    }

    /// <summary>Entropy-decodes more of a chunk, at least up to and including a frame.</summary>
    private void DecodeFurther(EcdcChunk chunk, int frame)
    {
        CodedChunk coded = chunk.Decoding!; // The caller has seen it.
        int frames = chunk.Codes.Length / Codebooks;
        coded.FramesWanted = Math.Min(frames, Math.Max(frame, coded.FramesDone) + StepFrames);
        _file.Options.Coder!.Decode([coded], Codebooks); // It has decoded the first part.
        if (coded.Error is { } error)
        {
            ReportOrThrow(_number, error);
            for (int f = Math.Max(1, coded.FramesDone); f < frames; f++)
            {
                chunk.Codes.AsSpan((f - 1) * Codebooks, Codebooks).CopyTo(chunk.Codes.AsSpan(f * Codebooks));
            }
        }

        if (coded.Error is not null || coded.FramesDone == frames)
        {
            chunk.Decoding = null;
            chunk.Codes.AsSpan(chunk.Codes.Length - Codebooks).CopyTo(_lastFrame);
        }
    }

    private Pending Read(int number)
    {
        try
        {
            EcdcChunk chunk = _file.ReadChunk(number);
            if (!chunk.Coded)
            {
                chunk.Unpack(_file.Header, _file.Chunks[number].Offset);
                return new Pending(number, chunk, null, null);
            }
            else if (_file.Options.Coder is null)
            {
                throw new InvalidOperationException("The file is entropy-coded; a coder with its language model is needed to read codes.");
            }

            return new Pending(number, chunk, new CodedChunk(chunk.Payload, chunk.Runs, chunk.Codes), null);
        }
        catch (BitstreamException exception)
        {
            return new Pending(number, null, null, exception);
        }
    }

    private EcdcChunk Accept(Pending pending)
    {
        (int number, EcdcChunk? chunk, CodedChunk? coded, BitstreamException? error) = pending;
        if ((error ?? coded?.Error) is { } fault)
        {
            ReportOrThrow(number, fault);
            chunk = EcdcChunk.Lost(_file.Header, _file.Chunks[number].Frames, _lastFrame);
            coded = null;
        }

        EcdcChunk accepted = chunk!; // Without an error there is a chunk.
        _chain = Crc32C.Chain(accepted.Checksum, _chain);
        accepted.Decoding = coded is null || coded.FramesDone * Codebooks == accepted.Codes.Length ? null : coded;
        accepted.Codes.AsSpan(accepted.Codes.Length - Codebooks).CopyTo(_lastFrame);
        return accepted;
    }

    private void ReportOrThrow(int number, BitstreamException error)
    {
        EcdcChunkInfo info = _file.Chunks[number];
        (long start, long length) = _file.OutputOf(number);
        if (_file.Options.Damage == DamagePolicy.Refuse)
        {
            throw new BitstreamException(
                $"{error.Message} It holds samples {start} to {start + length}. Open the file with concealment, or get another copy of it.",
                info.Offset,
                error.Field,
                error);
        }

        _file.Report(new EcdcDamage(number, info.Offset, start, length, error.Message));
    }

    private void CheckChain(int end)
    {
        if (!_wholeFile || end != _file.Chunks.Count || _file.Damage.Any(d => d.Chunk >= 0) || _file.ChainHolds(_chain))
        {
            return;
        }

        const string reason = "The chunks are intact, but their checksums show that some were replaced or reordered.";
        if (_file.Options.Damage == DamagePolicy.Refuse)
        {
            throw new BitstreamException(reason, _file.Chunks[0].Offset, "index");
        }

        _file.Report(new EcdcDamage(-1, _file.Chunks[0].Offset, 0, LengthSamples, reason));
    }

    /// <summary>A chunk that was read: parsed, and possibly still to be decoded, or its error.</summary>
    private readonly record struct Pending(int Number, EcdcChunk? Chunk, CodedChunk? Coded, BitstreamException? Error);
}
