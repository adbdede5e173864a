using System.Buffers.Binary;
using System.Numerics;

namespace AudioCodec.Bitstream;

/// <summary>Finds the whole chunks of a damaged version-1 file wherever they lie, by their checksums.</summary>
/// <remarks>
/// One pass over the file, whatever it states. Each byte that may begin a chunk is remembered with the state of a running checksum until the end
/// that it states comes by; the checksum of what lies between follows from the states at both ends. With S the state of the register,
/// n the bytes between and x^8n the polynomial that n zero bytes multiply the register by: R = S(end) + x^8n (S(start) + ones).
/// </remarks>
internal static class EcdcRecordScan
{
    /// <summary>Beginnings remembered at the same time: far more than there are in files that nobody made to have many.</summary>
    private const int MostOpen = 1 << 17;

    private const int BufferBytes = 1 << 16;
    private const int LookaheadBytes = EcdcV1Format.MaxChunkHeaderBytes + EcdcV1Format.ChecksumBytes;

    /// <summary>The whole chunks in order; of chunks that overlap, as only a hostile file has them, the first.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="header">Its header.</param>
    /// <param name="from">Offset at which to begin.</param>
    public static List<FoundChunk> Run(Stream stream, EcdcV1Header header, long from)
    {
        var found = new List<FoundChunk>();
        var open = new PriorityQueue<(FoundChunk Chunk, uint State), long>();
        var buffer = new byte[BufferBytes + LookaheadBytes];
        stream.Position = from;
        int filled = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        uint state = 0;
        for (long at = from; filled > 0;)
        {
            int count = filled == buffer.Length ? BufferBytes : filled;
            for (int i = 0; i < count; i++, at++)
            {
                ReadOnlySpan<byte> here = buffer.AsSpan(i, filled - i);
                while (open.TryPeek(out (FoundChunk Chunk, uint State) ending, out long end) && end == at)
                {
                    open.Dequeue();
                    uint checksum = ~(state ^ Crc32C.Shift(~ending.State, at - ending.Chunk.Offset));
                    if (here.Length >= EcdcV1Format.ChecksumBytes && BinaryPrimitives.ReadUInt32LittleEndian(here) == checksum)
                    {
                        found.Add(ending.Chunk);
                    }
                }

                if ((here[0] & ~EcdcV1Format.KnownChunkFlags) == EcdcV1Format.ChunkRecord && open.Count < MostOpen
                    && EcdcChunk.Peek(here[..Math.Min(here.Length, EcdcV1Format.MaxChunkHeaderBytes)], header) is { } opening)
                {
                    open.Enqueue((new FoundChunk(at, opening), state), at + opening.RecordBytes - EcdcV1Format.ChecksumBytes);
                }

                state = BitOperations.Crc32C(state, here[0]);
            }

            buffer.AsSpan(count, filled - count).CopyTo(buffer);
            filled -= count;
            filled += stream.ReadAtLeast(buffer.AsSpan(filled), buffer.Length - filled, throwOnEndOfStream: false);
        }

        found.Sort((a, b) => a.Offset.CompareTo(b.Offset));
        long last = from;
        found.RemoveAll(chunk =>
        {
            bool overlaps = chunk.Offset < last;
            last = overlaps ? last : chunk.End;
            return overlaps;
        });
        return found;
    }
}

/// <summary>A chunk whose checksum holds.</summary>
/// <param name="Offset">Offset of its record in the file.</param>
/// <param name="Opening">What its record begins with.</param>
internal readonly record struct FoundChunk(long Offset, EcdcChunk.Opening Opening)
{
    /// <summary>Offset behind the record.</summary>
    public long End => Offset + Opening.RecordBytes;

    /// <summary>As an index lists it.</summary>
    public EcdcChunkInfo Info => new(Offset, Opening.RecordBytes, Opening.Frames);
}
