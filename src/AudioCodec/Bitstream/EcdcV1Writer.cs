namespace AudioCodec.Bitstream;

/// <summary>Writes a version-1 file to a stream that need not be seekable; the index comes last.</summary>
/// <remarks>Memory: a chunk of codes, two for each thread where there are several, and about 24 bytes per chunk written.</remarks>
internal sealed class EcdcV1Writer : IEcdcWriter
{
    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly EcdcV1Settings _settings;
    private readonly EcdcV1Output _output;
    private readonly WorkAhead<Chunk> _coding;
    private readonly int _chunkFrames;
    private readonly int _chunkSegments;
    private readonly List<int> _runs = [];
    private readonly ByteFields _segmentTable = new();
    private readonly long[] _codebookBits;
    private ushort[] _codes = [];
    private uint _scaleBits;
    private int _frames;
    private long _totalFrames;
    private long _segment = -1;
    private long _framesLeft;
    private bool _completed;

    /// <summary>Writes header and tags.</summary>
    /// <param name="stream">Destination; need not be seekable.</param>
    /// <param name="settings">The settings of the file.</param>
    /// <param name="leaveOpen">Whether disposing leaves <paramref name="stream"/> open.</param>
    /// <exception cref="ArgumentException">The settings contradict each other.</exception>
    public EcdcV1Writer(Stream stream, EcdcV1Settings settings, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(settings);
        EcdcGeometry geometry = settings.Geometry;
        geometry.Validate();
        bool coderFits = settings.Coder?.Supports(settings.Codebooks, geometry.BitsPerCode) ?? true;
        if (settings.Codebooks < 1 || settings.Codebooks > geometry.Codebooks || !coderFits)
        {
            throw new ArgumentException($"{settings.Codebooks} codebooks of {geometry.BitsPerCode} bits do not suit the model or its coder.", nameof(settings));
        }

        if (geometry.SegmentSamples is not null && settings.LengthSamples is null)
        {
            throw new ArgumentException("A model with segments needs the length before the first segment.", nameof(settings));
        }

        _stream = stream;
        _leaveOpen = leaveOpen;
        _settings = settings;
        int most = Math.Min(EcdcV1Format.MaxChunkFrames, EcdcV1Format.MaxChunkCodes / settings.Codebooks);
        double seconds = settings.ChunkSeconds ?? (geometry.SegmentSamples is null ? EcdcV1Settings.DefaultChunkSeconds : 0);
        long wanted = (long)Math.Clamp(seconds * geometry.FrameRateHz, 1, most);
        long segmentFrames = geometry.SegmentSamples is int segment ? geometry.FrameCount(segment) : wanted;
        if (segmentFrames > most)
        {
            throw new ArgumentException($"A segment of {segmentFrames} frames with {settings.Codebooks} codebooks is too long for a chunk.", nameof(settings));
        }

        _chunkSegments = (int)Math.Clamp(wanted / segmentFrames, 1, 255);
        _chunkFrames = (int)(geometry.SegmentSamples is null ? wanted : _chunkSegments * segmentFrames);
        _coding = new WorkAhead<Chunk>(settings.Coder is null ? 1 : settings.Threads, Encode);
        _codebookBits = new long[settings.Codebooks];
        Header = new EcdcV1Header
        {
            Geometry = geometry,
            Codebooks = settings.Codebooks,
            CodecFingerprint = Stored(settings.CodecFingerprint),
            DecoderFingerprint = Stored(settings.DecoderFingerprint),
            CoderFingerprint = settings.Coder?.Fingerprint[..EcdcV1Header.FingerprintBytes] ?? ReadOnlyMemory<byte>.Empty,
            OriginalSampleRateHz = settings.OriginalSampleRateHz,
            OriginalChannels = settings.OriginalChannels,
            MaxChunkFrames = LongestChunk(),
        };
        _output = new EcdcV1Output(stream, Header, settings.Tags);
    }

    /// <summary>The header that was written.</summary>
    public EcdcV1Header Header { get; }

    /// <inheritdoc/>
    public EcdcGeometry Geometry => Header.Geometry;

    /// <inheritdoc/>
    public int Codebooks => Header.Codebooks;

    /// <inheritdoc/>
    public void BeginSegment(uint scaleBits)
    {
        if (_completed || (_segment >= 0 && (_framesLeft > 0 || Geometry.SegmentSamples is null)))
        {
            throw new InvalidOperationException($"Segment {_segment} is not complete, or the file is.");
        }

        if (_segment < 0)
        {
            _output.BeginStretch(0);
        }

        _segment++;
        _framesLeft = long.MaxValue;
        if (_settings.LengthSamples is long length)
        {
            if (_segment >= Geometry.SegmentCount(length))
            {
                throw new InvalidOperationException($"A file of {length} samples has {Geometry.SegmentCount(length)} segments; all are written.");
            }

            _framesLeft = Geometry.FrameCount(Geometry.SegmentLength(_segment, length));
        }

        if (Geometry.SegmentSamples is int segment)
        {
            _segmentTable.Variable(segment - Geometry.SegmentLength(_segment, _settings.LengthSamples ?? 0));
        }

        _scaleBits = scaleBits;
        AddRun();
    }

    /// <inheritdoc/>
    public void WriteFrames(ReadOnlySpan<ushort> codes)
    {
        (int frames, int rest) = Math.DivRem(codes.Length, Codebooks);
        if (rest != 0 || frames > _framesLeft)
        {
            throw new ArgumentException($"{codes.Length} codes are not whole frames of {Codebooks}, or more than the {_framesLeft} frames left.", nameof(codes));
        }

        foreach (ushort code in codes)
        {
            if (code >> Geometry.BitsPerCode != 0)
            {
                throw new ArgumentException($"Code {code} does not fit into {Geometry.BitsPerCode} bits.", nameof(codes));
            }
        }

        while (frames > 0)
        {
            int taken = Math.Min(frames, _chunkFrames - _frames);
            _codes = _frames > 0 ? _codes : new ushort[_chunkFrames * Codebooks];
            codes[..(taken * Codebooks)].CopyTo(_codes.AsSpan(_frames * Codebooks));
            codes = codes[(taken * Codebooks)..];
            frames -= taken;
            _frames += taken;
            _totalFrames += taken;
            _runs[^1] += taken;
            _framesLeft -= taken;
            bool full = Geometry.SegmentSamples is null ? _frames == _chunkFrames : _framesLeft == 0 && _runs.Count == _chunkSegments;
            if (full)
            {
                WriteChunk();
            }
        }
    }

    /// <inheritdoc/>
    public void Complete() => Complete(_settings.LengthSamples
        ?? throw new InvalidOperationException("The length was not given; give it to Complete."));

    /// <summary>Ends a file whose length was not known before.</summary>
    /// <param name="lengthSamples">Samples per channel at the model's rate; the frames written are those of this length.</param>
    public void Complete(long lengthSamples)
    {
        long segments = Geometry.SegmentCount(lengthSamples);
        bool segmentsDone = _segment + 1 == segments && (Geometry.SegmentSamples is null || _framesLeft == 0 || segments == 0);
        if (_completed || !segmentsDone || (Geometry.SegmentSamples is null && _totalFrames != Geometry.FrameCount(lengthSamples))
            || (_settings.LengthSamples is long promised && promised != lengthSamples))
        {
            throw new InvalidOperationException(
                $"{_totalFrames} frames in {_segment + 1} segments are written, which are not {lengthSamples} samples; or the file is complete.");
        }

        if (_frames > 0)
        {
            WriteChunk();
        }

        while (_coding.Count > 0)
        {
            Put(_coding.Take());
        }

        if (_segment >= 0)
        {
            _output.EndStretch(lengthSamples, 0, lengthSamples);
        }

        _output.Finish(_settings.OriginalLengthSamples ?? -1, _codebookBits);
        _completed = true;
    }

    /// <summary>Closes the stream, unless it is left open; does not complete the file.</summary>
    public void Dispose()
    {
        _coding.Dispose();
        if (!_leaveOpen)
        {
            _stream.Dispose();
        }
    }

    /// <summary>Most frames of a chunk: in a short file, the length of its only chunk.</summary>
    private int LongestChunk()
    {
        long frames = 0;
        EcdcGeometry geometry = _settings.Geometry;
        long length = _settings.LengthSamples ?? long.MaxValue;
        for (long i = 0; frames < _chunkFrames && i < geometry.SegmentCount(length); i++)
        {
            frames += geometry.FrameCount(geometry.SegmentLength(i, length));
        }

        return (int)Math.Clamp(frames, 1, _chunkFrames);
    }

    private void WriteChunk()
    {
        _coding.Add(new Chunk(_codes, _frames, [.. _runs], SegmentTable(), new long[Codebooks]));
        int ahead = _coding.Threads == 1 ? 0 : 2 * _coding.Threads;
        while (_coding.Count > ahead)
        {
            Put(_coding.Take());
        }

        _frames = 0;
        _segmentTable.Clear();
        _runs.Clear();
        if (Geometry.SegmentSamples is null)
        {
            AddRun();
        }
    }

    private void Encode(Chunk chunk)
    {
        ReadOnlySpan<ushort> codes = chunk.Codes.AsSpan(0, chunk.Frames * Codebooks);
        int packedBytes = ((codes.Length * Geometry.BitsPerCode) + 7) / 8;
        if (_settings.Coder is { } coder && coder.TryEncode(codes, Codebooks, chunk.Runs, chunk.Bits, out ReadOnlySpan<byte> coded)
            && coded.Length < packedBytes)
        {
            chunk.Coded = coded.ToArray();
        }
    }

    private void Put(Chunk chunk)
    {
        if (chunk.Coded is null)
        {
            Array.Fill(chunk.Bits, (long)chunk.Frames * Geometry.BitsPerCode);
        }

        _output.WriteChunk(chunk.Coded is not null, chunk.Frames, chunk.SegmentTable, chunk.Coded ?? Pack(chunk.Codes.AsSpan(0, chunk.Frames * Codebooks)));
        for (int k = 0; k < chunk.Bits.Length; k++)
        {
            _codebookBits[k] += chunk.Bits[k];
        }
    }

    private void AddRun()
    {
        if (Geometry.HasScale)
        {
            _segmentTable.U32(_scaleBits);
        }

        _runs.Add(0);
    }

    private byte[] SegmentTable() =>
        Geometry.SegmentSamples is null && !Geometry.HasScale ? [] : [(byte)_runs.Count, .. _segmentTable.Written];

    private byte[] Pack(ReadOnlySpan<ushort> codes)
    {
        using var packed = new MemoryStream();
        var bits = new BitWriter(packed);
        foreach (ushort code in codes)
        {
            bits.Write(code, Geometry.BitsPerCode);
        }

        bits.AlignToByte();
        bits.Flush();
        return packed.ToArray();
    }

    private static ReadOnlyMemory<byte> Stored(ReadOnlyMemory<byte> fingerprint) => fingerprint[..Math.Min(fingerprint.Length, EcdcV1Header.FingerprintBytes)];

    /// <summary>A full chunk: its codes, [F, K] frame-major from the start, and what becomes of them.</summary>
    private sealed record Chunk(ushort[] Codes, int Frames, int[] Runs, byte[] SegmentTable, long[] Bits)
    {
        /// <summary>The entropy-coded codes, or <see langword="null"/> where they are to be packed.</summary>
        public byte[]? Coded { get; set; }
    }
}
