using System.Runtime.InteropServices;

namespace AudioCodec.Bitstream;

/// <summary>Gives the chunks that a scan has found the numbers that an intact index has for them, in a file that lost or got bytes.</summary>
/// <remarks>
/// Found chunks that lie one behind the other go together. Those at the file's beginning and in front of the index are known by that; others go where sizes and
/// frames agree with the index, as near as possible to the number of bytes from the ones before. Where all chunks have one size and several
/// places are hit, that may take a chunk for its neighbour; nothing but the sound itself tells them apart then.
/// </remarks>
internal static class EcdcIndexRepair
{
    private const int MostTried = 4096;

    /// <summary>The index with the chunks where they are; lost ones have the bytes that are left of them.</summary>
    /// <param name="index">The index, its offsets those of the whole file.</param>
    /// <param name="found">The whole chunks, in order.</param>
    /// <param name="end">Offset of the index.</param>
    public static EcdcIndex Place(EcdcIndex index, List<FoundChunk> found, long end)
    {
        EcdcChunkInfo[] expected = [.. index.Chunks];
        var placed = new FoundChunk?[expected.Length];
        int next = 0;
        long last = expected.Length > 0 ? expected[0].Offset : end;
        int[] runEnds = RunEnds(found);
        int effort = MostTried + (16 * (expected.Length + found.Count));
        for (int i = 0; i < found.Count && next < expected.Length && effort > 0;)
        {
            ReadOnlySpan<FoundChunk> run = CollectionsMarshal.AsSpan(found)[i..runEnds[i]];
            (int place, int matching) = Find(expected, run, next, last, end, ref effort);
            for (int j = 0; j < matching; j++)
            {
                placed[place + j] = run[j];
            }

            next = matching > 0 ? place + matching : next;
            last = matching > 0 ? run[matching - 1].End : last;
            i += Math.Max(1, matching);
        }

        return index.WithChunks(Chunks(expected, placed, end));
    }

    /// <summary>For each chunk the number of the first behind it that does not follow at once.</summary>
    private static int[] RunEnds(List<FoundChunk> found)
    {
        var ends = new int[found.Count];
        for (int i = found.Count - 1; i >= 0; i--)
        {
            ends[i] = i + 1 < found.Count && found[i + 1].Offset == found[i].End ? ends[i + 1] : i + 1;
        }

        return ends;
    }

    private static (int Place, int Matching) Find(EcdcChunkInfo[] expected, ReadOnlySpan<FoundChunk> run, int next, long last, long end, ref int effort)
    {
        // The chunks before the index are the last ones, unless one before them is missing without a gap.
        int atEnd = expected.Length - run.Length;
        if (run[^1].End == end && atEnd >= next && run[0].Offset != last && Matching(expected, run, atEnd, ref effort) == run.Length)
        {
            return (atEnd, run.Length);
        }

        long target = expected[next].Offset + run[0].Offset - last;
        int nearest = next;
        for (int high = expected.Length - 1; nearest < high;)
        {
            int middle = (nearest + high) / 2;
            (nearest, high) = expected[middle].Offset < target ? (middle + 1, high) : (nearest, middle);
        }

        (int Place, int Matching) best = (next, 0);
        (int up, int down) = (nearest, nearest - 1);
        for (int tried = 0; tried < MostTried && best.Matching < run.Length && effort > 0 && (up < expected.Length || down >= next); tried++)
        {
            bool above = down < next || (up < expected.Length && Math.Abs(expected[up].Offset - target) <= Math.Abs(expected[down].Offset - target));
            int place = above ? up++ : down--;
            int matching = Matching(expected, run, place, ref effort);
            best = matching > best.Matching ? (place, matching) : best;
        }

        return best;
    }

    /// <summary>How many chunks of a run have the sizes of those from a place of the index on.</summary>
    private static int Matching(EcdcChunkInfo[] expected, ReadOnlySpan<FoundChunk> run, int place, ref int effort)
    {
        int count = 0;
        int most = Math.Min(run.Length, expected.Length - place);
        while (count < most && run[count].Info is var info && info.RecordBytes == expected[place + count].RecordBytes && info.Frames == expected[place + count].Frames)
        {
            count++;
        }

        effort -= count + 1;
        return count;
    }

    private static EcdcChunkInfo[] Chunks(EcdcChunkInfo[] expected, FoundChunk?[] placed, long end)
    {
        var chunks = new EcdcChunkInfo[expected.Length];
        long following = end;
        for (int i = expected.Length - 1; i >= 0; i--)
        {
            chunks[i] = placed[i]?.Info ?? expected[i] with { Offset = following, RecordBytes = 0 };
            following = chunks[i].Offset;
        }

        // What is left between whole chunks belongs to the lost ones, as far as it goes.
        long last = expected.Length > 0 ? Math.Min(expected[0].Offset, following) : end;
        for (int i = 0; i < chunks.Length; i++)
        {
            if (placed[i] is null)
            {
                chunks[i] = expected[i] with { Offset = last, RecordBytes = Math.Min(expected[i].RecordBytes, chunks[i].Offset - last) };
            }

            last = chunks[i].Offset + chunks[i].RecordBytes;
        }

        return chunks;
    }
}
