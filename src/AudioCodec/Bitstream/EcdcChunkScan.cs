namespace AudioCodec.Bitstream;

/// <summary>Makes an index of the whole chunks of a version-1 file whose own is lost, and of lost ones between them.</summary>
internal static class EcdcChunkScan
{
    /// <summary>The chunks up to the last whole one. What lies in front of a whole chunk counts as lost ones by their headers, or else by the usual size.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="header">Its header.</param>
    /// <param name="found">The whole chunks, in order.</param>
    /// <param name="firstChunk">Offset of the first chunk.</param>
    public static EcdcIndex Run(Stream stream, EcdcV1Header header, List<FoundChunk> found, long firstChunk)
    {
        var index = new EcdcIndex();
        long usualBytes = found.Count > 0 ? Math.Max(1, found.Sum(chunk => chunk.Opening.RecordBytes) / found.Count) : 1;
        int usualFrames = found.Count > 0 ? found.Max(chunk => chunk.Opening.Frames) : 1;
        long at = firstChunk;
        long skip = 0;
        int stretchStart = 0;
        long samples = 0;
        long total = 0;
        foreach (FoundChunk one in found)
        {
            foreach (EcdcChunkInfo lost in Lost(stream, header, at, one.Offset, usualBytes, usualFrames))
            {
                if (!Add(lost, Samples(EcdcChunk.Lost(header, lost.Frames, []), header)))
                {
                    break;
                }
            }

            if (TryParse(stream, header, one.Info, index.Chunks.Count) is not { } chunk)
            {
                continue;
            }

            if (chunk.StartsStretch && index.Chunks.Count > 0)
            {
                Close(index, stretchStart, samples, skip);
                stretchStart = index.Chunks.Count;
                samples = 0;
            }

            skip = chunk.StartsStretch ? chunk.SkipSamples : skip;
            if (!Add(one.Info, Samples(chunk, header)))
            {
                break;
            }

            at = one.End;
        }

        if (index.Chunks.Count > stretchStart)
        {
            Close(index, stretchStart, samples, skip);
        }

        return index;

        bool Add(EcdcChunkInfo chunk, long chunkSamples)
        {
            total += (long)chunk.Frames * header.Geometry.HopSamples;
            if (total > EcdcHeader.MaxLengthSamples)
            {
                return false;
            }

            index.Chunks.Add(chunk);
            samples += chunkSamples;
            return true;
        }
    }

    /// <summary>The lost chunks between two whole ones: those that headers describe exactly, or else as many as there is room for.</summary>
    private static List<EcdcChunkInfo> Lost(Stream stream, EcdcV1Header header, long from, long to, long usualBytes, int usualFrames)
    {
        var lost = new List<EcdcChunkInfo>();
        long at = from;
        while (at < to && Peek(stream, header, at) is { } opening && opening.RecordBytes <= to - at)
        {
            lost.Add(new EcdcChunkInfo(at, opening.RecordBytes, opening.Frames));
            at += opening.RecordBytes;
        }

        if (at == to)
        {
            return lost;
        }

        // Bytes are missing or were added. The first header says how many of them are its chunk's, if it was not hit itself.
        lost.Clear();
        at = from;
        if (at < to && Peek(stream, header, at) is { } first && first.RecordBytes >= usualBytes / 2 && first.RecordBytes <= 2 * usualBytes)
        {
            long bytes = Math.Min(first.RecordBytes, to - at);
            lost.Add(new EcdcChunkInfo(at, bytes, first.Frames));
            at += bytes;
        }

        for (long count = (to - at + (usualBytes / 2)) / usualBytes; count > 0; count--)
        {
            long bytes = count == 1 ? to - at : Math.Min(usualBytes, to - at);
            lost.Add(new EcdcChunkInfo(at, bytes, usualFrames));
            at += bytes;
        }

        return lost;
    }

    private static EcdcChunk.Opening? Peek(Stream stream, EcdcV1Header header, long at)
    {
        stream.Position = at;
        int bytes = (int)Math.Min(EcdcV1Format.MaxChunkHeaderBytes, stream.Length - at);
        return EcdcChunk.Peek(EcdcV1Format.ReadExactly(stream, bytes, at, "chunk"), header);
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
