namespace AudioCodec.Bitstream;

/// <summary>Finds the chunks of a version-1 file whose index is lost.</summary>
internal static class EcdcChunkScan
{
    /// <summary>Goes from record to record until one cannot be a chunk; a damaged chunk counts if an intact one follows.</summary>
    public static EcdcIndex Run(Stream stream, EcdcV1Header header, long firstChunk, out long end)
    {
        var index = new EcdcIndex();
        var damagedTail = new List<EcdcChunkInfo>();
        long at = end = firstChunk;
        long length = stream.Length;
        long skip = 0;
        int stretchStart = 0;
        long samples = 0;
        long total = 0;
        while (at < length)
        {
            stream.Position = at;
            byte[] start = EcdcV1Format.ReadExactly(stream, (int)Math.Min(EcdcV1Format.MaxChunkHeaderBytes, length - at), at, "chunk");
            if (EcdcChunk.Peek(start, header) is not { } opening || opening.RecordBytes > length - at
                || (total += (long)opening.Frames * header.Geometry.HopSamples) > EcdcHeader.MaxLengthSamples)
            {
                break;
            }

            var info = new EcdcChunkInfo(at, opening.RecordBytes, opening.Frames);
            at += opening.RecordBytes;
            if (TryParse(stream, header, info, index.Chunks.Count) is not { } chunk)
            {
                damagedTail.Add(info);
                continue;
            }

            if (chunk.StartsStretch && index.Chunks.Count > 0)
            {
                Close(index, stretchStart, samples, skip);
                stretchStart = index.Chunks.Count;
                samples = 0;
            }

            skip = chunk.StartsStretch ? chunk.SkipSamples : skip;
            samples += damagedTail.Sum(lost => Samples(EcdcChunk.Lost(header, lost.Frames, []), header)) + Samples(chunk, header);
            index.Chunks.AddRange(damagedTail);
            damagedTail.Clear();
            index.Chunks.Add(info);
            end = at;
        }

        if (index.Chunks.Count > 0)
        {
            Close(index, stretchStart, samples, skip);
        }

        return index;
    }

    private static EcdcChunk? TryParse(Stream stream, EcdcV1Header header, EcdcChunkInfo info, int number)
    {
        try
        {
            stream.Position = info.Offset;
            return EcdcChunk.Parse(EcdcV1Format.ReadExactly(stream, (int)info.RecordBytes, info.Offset, "chunk"), header, info, number);
        }
        catch (BitstreamException)
        {
            return null;
        }
    }

    private static void Close(EcdcIndex index, int firstChunk, long samples, long skip)
    {
        skip = Math.Min(skip, samples);
        index.Stretches.Add(new EcdcStretch(firstChunk, index.Chunks.Count - firstChunk, samples, skip, samples - skip));
    }

    /// <summary>Samples that a chunk adds to its stretch: overlapping segments count by their stride.</summary>
    private static long Samples(EcdcChunk chunk, EcdcV1Header header) => header.Geometry.SegmentStrideSamples is int stride
        ? chunk.SegmentSamples.Sum(length => Math.Min(length, stride))
        : (long)chunk.Runs.Sum() * header.Geometry.HopSamples;
}
