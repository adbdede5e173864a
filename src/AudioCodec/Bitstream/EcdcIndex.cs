using System.Buffers.Binary;

namespace AudioCodec.Bitstream;

/// <summary>The last record of a version-1 file: its stretches and chunks, and totals.</summary>
internal sealed class EcdcIndex
{
    /// <summary>Bytes that a short file may lack of what its index lists.</summary>
    private const long SpareBytes = 1 << 16;

    public List<EcdcStretch> Stretches { get; } = [];

    public List<EcdcChunkInfo> Chunks { get; } = [];

    /// <summary>[K] bits spent on each codebook, to 1/16 bit per code, or empty where unknown.</summary>
    public long[] CodebookBits { get; set; } = [];

    /// <summary>Samples per channel of the audio that was encoded, before resampling; -1 where unknown.</summary>
    public long OriginalLengthSamples { get; set; } = -1;

    /// <summary>CRC-32C over the checksums of all chunks in order, which detects chunks that were swapped or replaced.</summary>
    public uint ChainChecksum { get; set; }

    /// <summary>The record, which ends the file.</summary>
    public byte[] ToBytes(EcdcV1Header header)
    {
        var record = new ByteFields();
        record.U8(EcdcV1Format.IndexRecord);
        if (OriginalLengthSamples < 0)
        {
            record.U8(0);
        }
        else
        {
            record.U8(1);
            record.Signed(OriginalLengthSamples - ExpectedOriginalLength(header));
        }

        record.Variable(Stretches.Count);
        foreach (EcdcStretch stretch in Stretches)
        {
            record.Variable(stretch.ChunkCount);
            record.Variable(stretch.CodedSamples);
            record.Variable(stretch.SkipSamples);
            record.Variable(stretch.CodedSamples - stretch.SkipSamples - stretch.LengthSamples);
        }

        foreach (EcdcChunkInfo chunk in Chunks)
        {
            bool full = chunk.Frames == header.MaxChunkFrames;
            record.Variable((chunk.RecordBytes * 2) + (full ? 0 : 1));
            if (!full)
            {
                record.Variable(chunk.Frames);
            }
        }

        record.Bytes(BitsPerCode(header));
        record.U32(ChainChecksum);
        record.U32((uint)record.Length);
        record.Checksum();
        return record.Written.ToArray();
    }

    /// <summary>Offset of the record in the file that it was read from.</summary>
    public long Offset { get; private init; }

    /// <summary>Whether the chunks fill the file that it was read from exactly; otherwise bytes were lost or added between them.</summary>
    public bool CoversFile { get; private set; } = true;

    /// <summary>Reads the record at the end of a file.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="header">Its header.</param>
    /// <param name="firstChunk">Offset of its first chunk.</param>
    /// <param name="ofShiftedFile">Whether an index is given too whose chunks do not fill the file, their offsets being those of the whole file.</param>
    /// <exception cref="BitstreamException">The file has no index, or a damaged one.</exception>
    public static EcdcIndex Read(Stream stream, EcdcV1Header header, long firstChunk, bool ofShiftedFile = false)
    {
        const int tail = sizeof(uint) + EcdcV1Format.ChecksumBytes;
        long end = stream.Length - tail;
        if (end <= firstChunk)
        {
            throw Fault("is missing: the file ends before it", stream.Length);
        }

        stream.Position = end;
        uint bytes = BinaryPrimitives.ReadUInt32LittleEndian(EcdcV1Format.ReadExactly(stream, tail, end, "index"));
        long offset = end - bytes;
        if (bytes == 0 || offset < firstChunk || bytes > int.MaxValue - tail)
        {
            throw Fault("is missing: the end of the file is not that of a complete file", end);
        }

        stream.Position = offset;
        byte[] record = EcdcV1Format.ReadExactly(stream, (int)bytes + tail, offset, "index");
        if (record[0] != EcdcV1Format.IndexRecord || !EcdcV1Format.ChecksumHolds(record))
        {
            throw Fault("is missing or damaged: its checksum does not match", offset);
        }

        return Parse(record.AsSpan(1, (int)bytes - 1), offset + 1, header, firstChunk, offset, ofShiftedFile);
    }

    /// <summary>The same index of chunks that lie elsewhere.</summary>
    public EcdcIndex WithChunks(IEnumerable<EcdcChunkInfo> chunks)
    {
        var index = new EcdcIndex { CodebookBits = CodebookBits, OriginalLengthSamples = OriginalLengthSamples, ChainChecksum = ChainChecksum, Offset = Offset, CoversFile = CoversFile };
        index.Stretches.AddRange(Stretches);
        index.Chunks.AddRange(chunks);
        return index;
    }

    private static EcdcIndex Parse(ReadOnlySpan<byte> body, long offset, EcdcV1Header header, long firstChunk, long end, bool ofShiftedFile)
    {
        var index = new EcdcIndex { Offset = end };
        var fields = new FieldReader(body, offset, "index");
        bool lengthKnown = fields.U8() is var known and <= 1 ? known == 1 : throw fields.Fault("does not say whether the original's length is known");
        long difference = lengthKnown ? fields.Signed() : 0;
        index.ReadStretches(ref fields, out long chunks);
        index.ReadChunks(ref fields, header, chunks, firstChunk, end, ofShiftedFile);
        if (lengthKnown)
        {
            long expected = index.ExpectedOriginalLength(header);
            index.OriginalLengthSamples = difference >= -expected && difference <= EcdcHeader.MaxLengthSamples
                ? expected + difference
                : throw fields.Fault("states an impossible length of the original");
        }

        index.ReadBits(ref fields, header);
        index.ChainChecksum = fields.U32();
        index.CheckLengths(header, ref fields);
        return fields.Remaining == 0 ? index : throw fields.Fault("contradicts the rest of the file");
    }

    private void ReadStretches(ref FieldReader fields, out long chunks)
    {
        chunks = 0;
        long total = 0;
        long count = Count(ref fields, fields.Variable(), 4);
        for (long i = 0; i < count; i++)
        {
            long first = chunks;
            long here = Count(ref fields, fields.Variable(), 1);
            long coded = fields.Variable();
            long skip = fields.Variable();
            long kept = coded - skip - fields.Variable();
            chunks += here;
            total += coded;
            bool fits = coded <= EcdcHeader.MaxLengthSamples && total <= EcdcHeader.MaxLengthSamples && skip <= uint.MaxValue;
            if (here == 0 || chunks > fields.Remaining || !fits || kept < 0 || kept > coded)
            {
                throw fields.Fault($"describes stretch {i} with values that contradict each other");
            }

            Stretches.Add(new EcdcStretch((int)first, (int)here, coded, skip, kept));
        }
    }

    private void ReadChunks(ref FieldReader fields, EcdcV1Header header, long chunks, long at, long end, bool ofShiftedFile)
    {
        // A file that lost most of its bytes is not mended by what its index claims of them.
        long last = at + (2 * (end - at)) + SpareBytes;
        for (long i = 0; i < chunks; i++)
        {
            long value = fields.Variable();
            long bytes = value >> 1;
            long frames = (value & 1) == 0 ? header.MaxChunkFrames : fields.Variable();
            if (frames is < 1 || frames > header.MaxChunkFrames || bytes < EcdcV1Format.MinChunkBytes || bytes > last - at)
            {
                throw fields.Fault($"describes chunk {i} with impossible values");
            }

            Chunks.Add(new EcdcChunkInfo(at, bytes, (int)frames));
            at += bytes;
        }

        CoversFile = at == end;
        if (!CoversFile && !ofShiftedFile)
        {
            throw Fault($"does not fit the file, {(at > end ? $"which lacks {at - end} bytes" : $"into which {end - at} bytes were put")}", end);
        }
    }

    /// <summary>
    /// Length of the original if resampling kept the duration exactly. Only the difference from it is written, which is at most a sample
    /// in a file that was compressed from one recording.
    /// </summary>
    private long ExpectedOriginalLength(EcdcV1Header header)
    {
        Int128 samples = 0;
        foreach (EcdcStretch stretch in Stretches)
        {
            samples += stretch.LengthSamples;
        }

        int rate = header.OriginalSampleRateHz == 0 ? header.Geometry.SampleRateHz : header.OriginalSampleRateHz;
        return (long)Int128.Min(samples * rate / header.Geometry.SampleRateHz, EcdcHeader.MaxLengthSamples);
    }

    /// <summary>
    /// <see cref="CodebookBits"/> per code, in sixteenths of a bit, one byte per codebook, behind a byte that says whether they
    /// are known; nothing without a language model, where every code takes the bits that the header states.
    /// </summary>
    private byte[] BitsPerCode(EcdcV1Header header)
    {
        if (header.CoderFingerprint.IsEmpty)
        {
            return [];
        }

        long frames = Math.Max(1, Chunks.Sum(chunk => (long)chunk.Frames));
        return CodebookBits.Length == 0 ? [0] : [1, .. CodebookBits.Select(bits => (byte)Math.Clamp(((16 * bits) + (frames / 2)) / frames, 0, 255))];
    }

    private void ReadBits(ref FieldReader fields, EcdcV1Header header)
    {
        long frames = Chunks.Sum(chunk => (long)chunk.Frames);
        if (header.CoderFingerprint.IsEmpty)
        {
            CodebookBits = new long[header.Codebooks];
            Array.Fill(CodebookBits, frames * header.Geometry.BitsPerCode);
            return;
        }

        int known = fields.U8();
        CodebookBits = known switch
        {
            0 => [],
            1 => [.. fields.Take(header.Codebooks).ToArray().Select(sixteenths => sixteenths * frames / 16)],
            _ => throw fields.Fault("does not say whether the bits of each codebook are known"),
        };
    }

    /// <summary>The stated samples of a stretch must match its frames.</summary>
    private void CheckLengths(EcdcV1Header header, ref FieldReader fields)
    {
        foreach (EcdcStretch stretch in Stretches)
        {
            long frames = 0;
            for (int i = stretch.FirstChunk; i < Math.Min(Chunks.Count, stretch.FirstChunk + stretch.ChunkCount); i++)
            {
                frames += Chunks[i].Frames;
            }

            bool agrees = header.Geometry.SegmentSamples is null
                ? header.Geometry.FrameCount(stretch.CodedSamples) == frames
                : stretch.CodedSamples <= frames * header.Geometry.HopSamples;
            if (!agrees)
            {
                throw fields.Fault($"states {stretch.CodedSamples} samples for {frames} frames");
            }
        }
    }

    /// <summary>A count of items, checked against the bytes left, given the smallest size of an item.</summary>
    private static long Count(ref FieldReader fields, long count, int itemBytes) =>
        count <= fields.Remaining / itemBytes ? count : throw fields.Fault($"claims {count} items, more than it has room for");

    private static BitstreamException Fault(string fault, long offset) =>
        new($"The index {fault}. The file is truncated or damaged; open it with concealment to read its intact chunks.", offset, "index");
}
