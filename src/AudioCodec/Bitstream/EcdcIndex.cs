using System.Buffers.Binary;

namespace AudioCodec.Bitstream;

/// <summary>The last record of a version-1 file: its stretches and chunks, and totals.</summary>
internal sealed class EcdcIndex
{
    public List<EcdcStretch> Stretches { get; } = [];

    public List<EcdcChunkInfo> Chunks { get; } = [];

    /// <summary>[K] bits spent on each codebook, or empty where unknown.</summary>
    public long[] CodebookBits { get; set; } = [];

    /// <summary>Samples per channel of the audio that was encoded, before resampling; -1 where unknown.</summary>
    public long OriginalLengthSamples { get; set; } = -1;

    /// <summary>CRC-32C over the checksums of all chunks in order: tells when whole chunks were swapped or replaced.</summary>
    public uint ChainChecksum { get; set; }

    /// <summary>Record and footer.</summary>
    public byte[] ToBytes(long recordOffset)
    {
        var body = new ByteFields();
        body.Variable(OriginalLengthSamples + 1);
        body.Variable(CodebookBits.Length);
        foreach (long bits in CodebookBits)
        {
            body.Variable(bits);
        }

        body.Variable(Stretches.Count);
        foreach (EcdcStretch stretch in Stretches)
        {
            body.Variable(stretch.ChunkCount);
            body.Variable(stretch.CodedSamples);
            body.Variable(stretch.SkipSamples);
            body.Variable(stretch.LengthSamples);
        }

        body.Variable(Chunks.Count);
        foreach (EcdcChunkInfo chunk in Chunks)
        {
            body.Variable(chunk.RecordBytes);
            body.Variable(chunk.Frames);
        }

        body.U32(ChainChecksum);
        var record = new ByteFields();
        record.U8(EcdcV1Format.IndexRecord);
        record.U32((uint)body.Length);
        record.Bytes(body.Written);
        record.Checksum();
        var footer = new ByteFields();
        footer.U64((ulong)recordOffset);
        footer.Checksum();
        footer.Bytes(EcdcV1Format.FooterMagic);
        return [.. record.Written, .. footer.Written];
    }

    /// <summary>Reads the record at the end of a file.</summary>
    /// <exception cref="BitstreamException">The file has no index, or a damaged one.</exception>
    public static EcdcIndex Read(Stream stream, EcdcV1Header header, long firstChunk)
    {
        long footerOffset = stream.Length - EcdcV1Format.FooterBytes;
        if (footerOffset < firstChunk)
        {
            throw Bad("is missing: the file ends before it", stream.Length);
        }

        stream.Position = footerOffset;
        byte[] footer = EcdcV1Format.ReadExactly(stream, EcdcV1Format.FooterBytes, footerOffset, "index");
        if (!footer.AsSpan(12).SequenceEqual(EcdcV1Format.FooterMagic) || !EcdcV1Format.ChecksumHolds(footer.AsSpan(0, 12)))
        {
            throw Bad("is missing: the file does not end as a complete file does", footerOffset);
        }

        long offset = BinaryPrimitives.ReadInt64LittleEndian(footer);
        long recordBytes = footerOffset - offset;
        if (offset < firstChunk || recordBytes is < 9 or > int.MaxValue)
        {
            throw Bad($"is said to lie at byte {offset}, which cannot be", footerOffset);
        }

        stream.Position = offset;
        byte[] record = EcdcV1Format.ReadExactly(stream, (int)recordBytes, offset, "index");
        if (record[0] != EcdcV1Format.IndexRecord || !EcdcV1Format.ChecksumHolds(record)
            || BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(1)) != record.Length - 9)
        {
            throw Bad("is damaged: its checksum does not match", offset);
        }

        return Parse(record.AsSpan(5, record.Length - 9), offset + 5, header, firstChunk, offset);
    }

    private static EcdcIndex Parse(ReadOnlySpan<byte> body, long offset, EcdcV1Header header, long firstChunk, long end)
    {
        var index = new EcdcIndex();
        var fields = new FieldReader(body, offset, "index");
        index.OriginalLengthSamples = fields.Variable() - 1;
        long codebooks = Count(ref fields, 1);
        index.CodebookBits = new long[codebooks];
        for (int k = 0; k < codebooks; k++)
        {
            index.CodebookBits[k] = fields.Variable();
        }

        long stretches = Count(ref fields, 4);
        long chunksInStretches = 0;
        for (long i = 0; i < stretches; i++)
        {
            long count = Count(ref fields, 0);
            var stretch = new EcdcStretch((int)chunksInStretches, (int)count, fields.Variable(), fields.Variable(), fields.Variable());
            chunksInStretches += count;
            if (count == 0 || chunksInStretches > body.Length || stretch.SkipSamples > uint.MaxValue || stretch.CodedSamples > EcdcHeader.MaxLengthSamples
                || stretch.LengthSamples > stretch.CodedSamples - stretch.SkipSamples)
            {
                throw fields.Bad($"describes stretch {i} with values that do not go together");
            }

            index.Stretches.Add(stretch);
        }

        long chunks = Count(ref fields, 2);
        long at = firstChunk;
        for (long i = 0; i < chunks; i++)
        {
            long bytes = fields.Variable();
            long frames = fields.Variable();
            if (frames is < 1 || frames > header.MaxChunkFrames || bytes < EcdcV1Format.ChunkHeaderBytes || bytes > end - at)
            {
                throw fields.Bad($"describes chunk {i} with values that cannot be");
            }

            index.Chunks.Add(new EcdcChunkInfo(at, bytes, (int)frames));
            at += bytes;
        }

        index.ChainChecksum = fields.U32();
        index.CheckLengths(header, ref fields);
        return fields.Left == 0 && at == end && chunksInStretches == chunks && (codebooks == 0 || codebooks == header.Codebooks)
            ? index
            : throw fields.Bad("does not agree with the rest of the file");
    }

    /// <summary>What a stretch is said to decode to must be what its frames can give.</summary>
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
                throw fields.Bad($"gives {stretch.CodedSamples} samples to {frames} frames");
            }
        }
    }

    /// <summary>A count of items of at least so many bytes each: bounded by what is there.</summary>
    private static long Count(ref FieldReader fields, int itemBytes)
    {
        long count = fields.Variable();
        return count <= fields.Left / Math.Max(1, itemBytes) ? count : throw fields.Bad($"claims {count} items, more than it has room for");
    }

    private static BitstreamException Bad(string fault, long offset) =>
        new($"The index {fault}. The file is truncated or damaged; what is whole of it can be recovered when asked.", offset, "index");
}
