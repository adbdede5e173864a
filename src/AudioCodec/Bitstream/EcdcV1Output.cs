namespace AudioCodec.Bitstream;

/// <summary>Puts the records of a version-1 file one behind the other and keeps its index.</summary>
/// <remarks>The stream need not seek. Memory: about 24 bytes per chunk.</remarks>
internal sealed class EcdcV1Output
{
    private readonly Stream _stream;
    private readonly EcdcIndex _index = new();
    private readonly ByteFields _record = new();
    private long _position;
    private int _stretchStart;
    private long _skip = -1;

    public EcdcV1Output(Stream stream, EcdcV1Header header, EcdcTags tags)
    {
        _stream = stream;
        Put(header.ToBytes());
        Put(tags.ToBytes());
    }

    /// <summary>The next chunk starts a decoder run whose first samples are dropped.</summary>
    public void BeginStretch(long skipSamples)
    {
        _stretchStart = _index.Chunks.Count;
        _skip = skipSamples;
    }

    /// <summary>Writes a chunk.</summary>
    public void WriteChunk(bool coded, int frames, ReadOnlySpan<byte> segmentTable, ReadOnlySpan<byte> codes)
    {
        bool starts = _skip >= 0;
        _record.Clear();
        _record.U8(EcdcV1Format.ChunkRecord);
        _record.U8((coded ? EcdcV1Format.FlagCoded : 0) | (starts ? EcdcV1Format.FlagStartsStretch : 0));
        _record.U16(frames);
        _record.U32((uint)(segmentTable.Length + codes.Length));
        if (starts)
        {
            _record.U32((uint)_skip);
            _skip = -1;
        }

        _record.Bytes(segmentTable);
        _record.Bytes(codes);
        _record.Checksum();
        WriteRecord(_record.Written, frames);
    }

    /// <summary>Writes a chunk's record as it stands in another file.</summary>
    public void CopyChunk(ReadOnlySpan<byte> record, int frames)
    {
        _skip = -1;
        WriteRecord(record, frames);
    }

    public void EndStretch(long codedSamples, long skipSamples, long lengthSamples) => _index.Stretches.Add(
        new EcdcStretch(_stretchStart, _index.Chunks.Count - _stretchStart, codedSamples, skipSamples, lengthSamples));

    /// <summary>Writes the index and the footer.</summary>
    public void Finish(long originalLengthSamples, long[] codebookBits)
    {
        _index.OriginalLengthSamples = originalLengthSamples;
        _index.CodebookBits = codebookBits;
        Put(_index.ToBytes(_position));
        _stream.Flush();
    }

    private void WriteRecord(ReadOnlySpan<byte> record, int frames)
    {
        _index.Chunks.Add(new EcdcChunkInfo(_position, record.Length, frames));
        _index.ChainChecksum = Crc32C.Compute(record[^EcdcV1Format.ChecksumBytes..], _index.ChainChecksum);
        Put(record);
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        _stream.Write(bytes);
        _position += bytes.Length;
    }
}
