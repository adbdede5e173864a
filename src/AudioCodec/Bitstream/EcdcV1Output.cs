
namespace AudioCodec.Bitstream;

/// <summary>Writes the records of a version-1 file one after the other, and collects its index.</summary>
/// <remarks>The stream need not be seekable. Memory: about 24 bytes per chunk.</remarks>
internal sealed class EcdcV1Output
{
    private readonly Stream _stream;
    private readonly EcdcV1Header _header;
    private readonly EcdcIndex _index = new();
    private readonly ByteFields _record = new();
    private long _position;
    private int _stretchStart;
    private long _skip = -1;

    public EcdcV1Output(Stream stream, EcdcV1Header header, EcdcTags tags)
    {
        _stream = stream;
        _header = header;
        byte[] tagBytes = tags.ToBytes();
        Put(header.ToBytes(tagBytes.Length));
        if (tagBytes.Length > 0)
        {
            _record.Bytes(tagBytes);
            _record.Checksum();
            Put(_record.Written);
        }
    }

    /// <summary>Makes the next chunk start a stretch whose first samples are dropped.</summary>
    public void BeginStretch(long skipSamples)
    {
        _stretchStart = _index.Chunks.Count;
        _skip = skipSamples;
    }

    /// <summary>Writes a chunk.</summary>
    public void WriteChunk(bool coded, int frames, ReadOnlySpan<byte> segmentTable, ReadOnlySpan<byte> codes) =>
        WriteChunk(coded, frames, segmentTable, codes, lost: false);

    /// <summary>Writes the place of a chunk that was lost: a record without codes, whose checksum does not hold.</summary>
    public void WriteLostChunk(int frames) => WriteChunk(coded: true, frames, [], [], lost: true);

    private void WriteChunk(bool coded, int frames, ReadOnlySpan<byte> segmentTable, ReadOnlySpan<byte> codes, bool lost)
    {
        bool starts = _skip >= 0;
        bool full = frames == _header.MaxChunkFrames;
        _record.Clear();
        _record.U8(EcdcV1Format.ChunkRecord | (coded ? EcdcV1Format.FlagCoded : 0) | (starts ? EcdcV1Format.FlagStartsStretch : 0)
            | (full ? EcdcV1Format.FlagFull : 0));
        if (!full)
        {
            _record.Variable(frames);
        }

        _record.Variable(segmentTable.Length + codes.Length);
        if (starts)
        {
            _record.Variable(_skip);
            _skip = -1;
        }

        _record.Bytes(segmentTable);
        _record.Bytes(codes);
        uint checksum = Crc32C.Compute(_record.Written) ^ (lost ? uint.MaxValue : 0);
        _record.U32(checksum);
        _index.Chunks.Add(new EcdcChunkInfo(_position, _record.Written.Length, frames));
        _index.ChainChecksum = Crc32C.Chain(checksum, _index.ChainChecksum);
        Put(_record.Written);
    }

    /// <summary>Writes a chunk of another file.</summary>
    public void WriteChunk(EcdcChunk chunk, int frames) => WriteChunk(chunk.Coded, frames, [], chunk.Body.Span);

    public void EndStretch(long codedSamples, long skipSamples, long lengthSamples) => _index.Stretches.Add(
        new EcdcStretch(_stretchStart, _index.Chunks.Count - _stretchStart, codedSamples, skipSamples, lengthSamples));

    /// <summary>Writes the index.</summary>
    public void Finish(long originalLengthSamples, long[] codebookBits)
    {
        _index.OriginalLengthSamples = originalLengthSamples;
        _index.CodebookBits = codebookBits;
        Put(_index.ToBytes(_header));
        _stream.Flush();
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        _stream.Write(bytes);
        _position += bytes.Length;
    }
}
