namespace AudioCodec.Bitstream;

/// <summary>Reads a version-1 file: its header, tags, index, and the codes of any part of it.</summary>
/// <remarks>
/// The index is at the file's end, so a stream that is not seekable is copied to a temporary file first. Memory: about 32 bytes per
/// chunk, and the chunks being decoded. Sizes that the file states are checked before they are used.
/// </remarks>
internal sealed class EcdcV1Reader : IEcdcContainer
{
    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly EcdcIndex _index;
    private readonly long[] _framesBefore;
    private readonly long[] _outputBefore;
    private readonly int[] _firstChunks;
    private readonly List<EcdcDamage> _damage = [];
    private readonly HashSet<EcdcDamage> _reported = [];

    private EcdcV1Reader(Stream stream, bool leaveOpen, EcdcV1Header header, EcdcTags? tags, EcdcV1ReadOptions options, long firstChunk)
    {
        _stream = stream;
        _leaveOpen = leaveOpen;
        Header = header;
        Tags = tags ?? new EcdcTags(); // They are not needed to decode, so concealment drops damaged ones.
        Options = options;
        _index = ReadIndex(firstChunk, tags is null ? header.ByteCount : firstChunk);
        _framesBefore = Running(_index.Chunks, chunk => chunk.Frames);
        _outputBefore = Running(_index.Stretches, stretch => stretch.LengthSamples);
        _firstChunks = [.. _index.Stretches.Select(stretch => stretch.FirstChunk)];
    }

    /// <summary>The file's header.</summary>
    public EcdcV1Header Header { get; }

    /// <inheritdoc/>
    EcdcHeader IEcdcContainer.Header => Header;

    /// <inheritdoc/>
    public EcdcGeometry Geometry => Header.Geometry;

    /// <summary>The file's tags.</summary>
    public EcdcTags Tags { get; }

    /// <summary>The parts that are decoded with one decoder each, in order; the file's output is the concatenation of theirs.</summary>
    public IReadOnlyList<EcdcStretch> Stretches => _index.Stretches;

    /// <summary>All chunks in order.</summary>
    public IReadOnlyList<EcdcChunkInfo> Chunks => _index.Chunks;

    /// <summary>Whether the file's index was intact; otherwise the chunks were found by scanning.</summary>
    public bool HasIndex { get; private set; }

    /// <summary>Damage found so far (with <see cref="DamagePolicy.Conceal"/>).</summary>
    public IReadOnlyList<EcdcDamage> Damage => _damage;

    /// <summary>[K] bits spent on each codebook, to 1/16 bit per code, or empty where unknown (trimmed and recovered files).</summary>
    public IReadOnlyList<long> CodebookBits => _index.CodebookBits;

    /// <summary>Samples per channel of the original, or -1 where unknown.</summary>
    public long OriginalLengthSamples => _index.OriginalLengthSamples;

    /// <summary>Samples per channel that decoding gives, at the model's rate.</summary>
    public long LengthSamples => _outputBefore[^1];

    /// <summary>Frames in all chunks.</summary>
    public long Frames => _framesBefore[^1];

    /// <summary>Share of the bits that entropy coding saved: 1 - bits / (F K log2 N), all overhead of the container included.</summary>
    public double SavedShare => Frames == 0 ? 0 : 1 - (_stream.Length * 8.0 / (Frames * Header.Codebooks * Header.Geometry.BitsPerCode));

    internal EcdcV1ReadOptions Options { get; private set; }

    /// <summary>Opens a file behind its header.</summary>
    /// <param name="stream">The file; one that is not seekable is copied to a temporary file.</param>
    /// <param name="header">Its header.</param>
    /// <param name="options">How to read.</param>
    /// <param name="leaveOpen">Whether disposing leaves <paramref name="stream"/> open.</param>
    /// <exception cref="BitstreamException">The file is damaged, or was made with another codec or language model.</exception>
    public static EcdcV1Reader Open(Stream stream, EcdcV1Header header, EcdcV1ReadOptions? options = null, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(header);
        options ??= new EcdcV1ReadOptions();
        CheckFingerprints(header, options);
        EcdcTags? tags = ReadTags(stream, header.ByteCount, header.TagBytes, options.Damage);
        long firstChunk = header.ByteCount + (header.TagBytes == 0 ? 0 : header.TagBytes + EcdcV1Format.ChecksumBytes);
        if (stream.CanSeek)
        {
            return new EcdcV1Reader(stream, leaveOpen, header, tags, options, firstChunk);
        }

        Stream spooled = Spool(stream, firstChunk);
        if (!leaveOpen)
        {
            stream.Dispose();
        }

        return new EcdcV1Reader(spooled, leaveOpen: false, header, tags, options, firstChunk);
    }

    /// <inheritdoc/>
    public void UseModels(ReadOnlyMemory<byte> codecFingerprint, IChunkCoder? coder, int threads = 1)
    {
        EcdcV1ReadOptions options = Options with { CodecFingerprint = codecFingerprint, Coder = coder, Threads = threads };
        CheckFingerprints(Header, options);
        Options = options;
    }

    /// <summary>The codes of a stretch from its beginning; of the decoded samples, <see cref="EcdcStretch.SkipSamples"/> are to be dropped and <see cref="EcdcStretch.LengthSamples"/> kept.</summary>
    public IEcdcReader OpenStretch(int stretch) => new EcdcStretchReader(this, stretch, Stretches[stretch].FirstChunk, 0, 0, 0);

    /// <summary>The codes from a sample of the file's output.</summary>
    /// <param name="sample">Sample of the output, at the model's rate.</param>
    /// <param name="warmUpFrames">Frames to decode before it, so that the decoder's state approaches that of a continuous decode (models without segments).</param>
    /// <exception cref="ArgumentOutOfRangeException">The file is shorter.</exception>
    public EcdcSeekPoint OpenAt(long sample, int warmUpFrames)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sample);
        ArgumentOutOfRangeException.ThrowIfNegative(warmUpFrames);
        long start = 0;
        for (int i = 0; i < Stretches.Count; i++)
        {
            EcdcStretch stretch = Stretches[i];
            if (sample < start + stretch.LengthSamples)
            {
                return EcdcSeekPoint.Find(this, i, sample - start + stretch.SkipSamples, warmUpFrames, stretch.LengthSamples - (sample - start));
            }

            start += stretch.LengthSamples;
        }

        throw new ArgumentOutOfRangeException(nameof(sample), sample, $"The file has {start} samples.");
    }

    /// <inheritdoc/>
    public EcdcVerification Verify(CancellationToken cancellationToken)
    {
        EcdcV1ReadOptions options = Options;
        Options = options with { Damage = DamagePolicy.Conceal };
        try
        {
            return EcdcVerification.Of(this, cancellationToken);
        }
        finally
        {
            Options = options;
        }
    }

    /// <summary>Closes the stream unless it is to stay open.</summary>
    public void Dispose()
    {
        if (!_leaveOpen)
        {
            _stream.Dispose();
        }
    }

    /// <summary>The bytes of a chunk's record.</summary>
    internal byte[] ReadRecord(int chunk)
    {
        EcdcChunkInfo info = Chunks[chunk];
        if (info.RecordBytes > EcdcChunk.MaxRecordBytes(Header, info.Frames))
        {
            throw new BitstreamException(
                $"Chunk {chunk} has {info.RecordBytes} bytes in the index, more than its {info.Frames} frames can take.", info.Offset, "index");
        }

        _stream.Position = info.Offset;
        return EcdcV1Format.ReadExactly(_stream, (int)info.RecordBytes, info.Offset, $"chunk {chunk}");
    }

    internal EcdcChunk ReadChunk(int chunk) => EcdcChunk.Parse(ReadRecord(chunk), Header, Chunks[chunk], chunk);

    internal void Report(EcdcDamage damage)
    {
        if (_reported.Add(damage))
        {
            _damage.Add(damage);
        }
    }

    /// <summary>Checks that no chunk was replaced or reordered since the index was written.</summary>
    internal bool ChainHolds(uint checksum) => !HasIndex || checksum == _index.ChainChecksum;

    /// <summary>Frames of all chunks before a chunk.</summary>
    internal long FramesBefore(int chunk) => _framesBefore[chunk];

    /// <summary>First sample of a chunk in the file's output, and the number of its samples.</summary>
    internal (long Start, long Length) OutputOf(int chunk)
    {
        int number = _firstChunks.AsSpan().BinarySearch(chunk);
        number = number < 0 ? ~number - 1 : number;
        EcdcStretch stretch = Stretches[number];
        long frames = _framesBefore[chunk] - _framesBefore[stretch.FirstChunk];
        long from = Math.Clamp(SampleOf(frames) - stretch.SkipSamples, 0, stretch.LengthSamples);
        long to = Math.Clamp(SampleOf(frames + Chunks[chunk].Frames) - stretch.SkipSamples, 0, stretch.LengthSamples);
        return (_outputBefore[number] + from, to - from);
    }

    /// <summary>Sample, in a stretch, at which a frame starts.</summary>
    internal long SampleOf(long frame) => Geometry.SampleOf(frame);

    private static void CheckFingerprints(EcdcV1Header header, EcdcV1ReadOptions options)
    {
        if (options.CodecFingerprint is { } codec && !Names(codec, header.CodecFingerprint))
        {
            throw new BitstreamException(
                $"The file was made with other weights of '{header.Geometry.Model}': fingerprint {Hex(header.CodecFingerprint)}, at hand is "
                + $"{Hex(codec[..Math.Min(codec.Length, EcdcV1Header.FingerprintBytes)])}. Decoding would give noise; use the checkpoint that made it.",
                EcdcMagic.ByteCount,
                "codec fingerprint");
        }

        if (options.Coder is { } coder && !header.CoderFingerprint.IsEmpty
            && (!Names(coder.Fingerprint, header.CoderFingerprint)
                || !coder.Supports(header.Codebooks, header.Geometry.BitsPerCode)))
        {
            throw new BitstreamException(
                $"The file was coded with another language model: fingerprint {Hex(header.CoderFingerprint)}, at hand is "
                + $"{Hex(coder.Fingerprint[..EcdcV1Header.FingerprintBytes])}. Use the language model that made it.",
                EcdcMagic.ByteCount,
                "language model fingerprint");
        }
    }

    /// <summary>Whether the fingerprint in a file, which is shortened, is that of given weights.</summary>
    private static bool Names(ReadOnlyMemory<byte> fingerprint, ReadOnlyMemory<byte> inFile) => fingerprint.Span.StartsWith(inFile.Span);

    /// <summary>For each item the sum over those before it; at the end, the sum over all.</summary>
    private static long[] Running<T>(List<T> items, Func<T, long> value)
    {
        var sums = new long[items.Count + 1];
        for (int i = 0; i < items.Count; i++)
        {
            sums[i + 1] = sums[i] + value(items[i]);
        }

        return sums;
    }

    private static string Hex(ReadOnlyMemory<byte> fingerprint) => Convert.ToHexStringLower(fingerprint.Span);

    /// <summary>The tags, or <see langword="null"/> where they are damaged and that is concealed.</summary>
    private static EcdcTags? ReadTags(Stream stream, long offset, int bytes, DamagePolicy policy)
    {
        if (bytes == 0)
        {
            return new EcdcTags();
        }

        byte[] record = EcdcV1Format.ReadExactly(stream, bytes + EcdcV1Format.ChecksumBytes, offset, "tags");
        if (EcdcV1Format.ChecksumHolds(record))
        {
            return EcdcTags.Parse(record.AsSpan(0, bytes), offset);
        }

        return policy == DamagePolicy.Conceal
            ? null
            : throw new BitstreamException($"The checksum of the tags at byte {offset} does not match; the file is damaged.", offset, "tags");
    }

    private static FileStream Spool(Stream stream, long consumed)
    {
        string path = Path.GetTempFileName();
        var file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 65536, FileOptions.DeleteOnClose);
        file.SetLength(consumed);
        file.Position = consumed;
        stream.CopyTo(file);
        return file;
    }

    /// <summary>Reads the index; on request one that does not fit the file is mended, or made anew, from the chunks that are whole.</summary>
    /// <param name="firstChunk">Offset of the first chunk.</param>
    /// <param name="scanStart">Offset from which chunks are looked for where they are not in their places.</param>
    private EcdcIndex ReadIndex(long firstChunk, long scanStart)
    {
        EcdcIndex index;
        bool conceal = Options.Damage == DamagePolicy.Conceal;
        try
        {
            index = EcdcIndex.Read(_stream, Header, firstChunk, ofShiftedFile: conceal);
        }
        catch (BitstreamException exception) when (conceal)
        {
            List<FoundChunk> whole = EcdcRecordScan.Run(_stream, Header, scanStart);
            index = EcdcChunkScan.Run(_stream, Header, whole, firstChunk);
            long end = index.Chunks.Count > 0 ? index.Chunks[^1].Offset + index.Chunks[^1].RecordBytes : firstChunk;
            Report(new EcdcDamage(-1, end, index.Stretches.Sum(s => s.LengthSamples), 0, $"{exception.Message} {Messages.Count(whole.Count, "chunk")} found up to byte {end}."));
            return index;
        }

        HasIndex = true;
        if (!conceal || (index.CoversFile && index.Chunks.TrueForAll(IsWhole)))
        {
            return index;
        }

        List<FoundChunk> found = EcdcRecordScan.Run(_stream, Header, scanStart);
        EcdcIndex mended = EcdcIndexRepair.Place(index, found, index.Offset);
        if (!index.CoversFile)
        {
            long missing = (index.Chunks.Count > 0 ? index.Chunks[^1].Offset + index.Chunks[^1].RecordBytes : firstChunk) - index.Offset;
            int first = Enumerable.Range(0, index.Chunks.Count).FirstOrDefault(i => mended.Chunks[i] != index.Chunks[i]);
            long at = mended.Chunks.Count > 0 ? mended.Chunks[first].Offset : firstChunk;
            Report(new EcdcDamage(
                -1, at, 0, 0, $"From byte {at} on the file is not as its index describes it: {Messages.Count(Math.Abs(missing), "byte")} {(missing > 0 ? "missing" : "added")}. Whole chunks were found where they lie now."));
        }

        return mended;
    }

    private bool IsWhole(EcdcChunkInfo chunk)
    {
        if (chunk.RecordBytes > EcdcChunk.MaxRecordBytes(Header, chunk.Frames))
        {
            return false;
        }

        _stream.Position = chunk.Offset;
        byte[] record = EcdcV1Format.ReadExactly(_stream, (int)chunk.RecordBytes, chunk.Offset, "chunk");
        return EcdcChunk.Peek(record, Header) is { } opening && opening.RecordBytes == record.Length && opening.Frames == chunk.Frames && EcdcV1Format.ChecksumHolds(record);
    }
}
