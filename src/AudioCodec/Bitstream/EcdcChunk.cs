using System.Buffers.Binary;

namespace AudioCodec.Bitstream;

/// <summary>One chunk: its record, checked and parsed.</summary>
internal sealed class EcdcChunk
{
    private EcdcChunk()
    {
    }

    public required bool Coded { get; init; }

    public required bool StartsStretch { get; init; }

    public required long SkipSamples { get; init; }

    /// <summary>Frames of each segment in the chunk; of the whole chunk for models without segments.</summary>
    public required int[] Runs { get; init; }

    /// <summary>Length of each segment in samples; unused without segments.</summary>
    public required long[] SegmentSamples { get; init; }

    public required uint[] ScaleBits { get; init; }

    /// <summary>Segment table and codes as stored in the file.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Packed or entropy-coded codes.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    public required uint Checksum { get; init; }

    /// <summary>[F, K] once decoded.</summary>
    public required ushort[] Codes { get; init; }

    /// <summary>The entropy-coded codes until they are completely decoded, then <see langword="null"/>.</summary>
    public CodedChunk? Decoding { get; set; }

    /// <summary>Most bytes of the record of a chunk.</summary>
    public static long MaxRecordBytes(EcdcV1Header header, int frames) =>
        EcdcV1Format.MaxChunkHeaderBytes + EcdcV1Format.MaxPayloadBytes(header, frames) + EcdcV1Format.ChecksumBytes;

    /// <summary>Parses the start of a record; <see langword="null"/> where it cannot be a chunk.</summary>
    /// <param name="start">The record's first <see cref="EcdcV1Format.MaxChunkHeaderBytes"/> bytes, or as many as there are.</param>
    /// <param name="header">The file's header.</param>
    public static Opening? Peek(ReadOnlySpan<byte> start, EcdcV1Header header)
    {
        if (start.IsEmpty || (start[0] & ~EcdcV1Format.KnownChunkFlags) != EcdcV1Format.ChunkRecord)
        {
            return null;
        }

        var fields = new FieldReader(start[1..], 0, "chunk");
        long frames = header.MaxChunkFrames;
        long skip = 0;
        bool coded = (start[0] & EcdcV1Format.FlagCoded) != 0;
        bool starts = (start[0] & EcdcV1Format.FlagStartsStretch) != 0;
        bool possible = ((start[0] & EcdcV1Format.FlagFull) != 0 || fields.TryVariable(out frames)) & fields.TryVariable(out long payload)
            && (!starts || fields.TryVariable(out skip))
            && frames >= 1 && frames <= header.MaxChunkFrames && skip <= uint.MaxValue
            && payload <= EcdcV1Format.MaxPayloadBytes(header, (int)frames)
            && (coded || payload >= EcdcV1Format.PackedBytes(header, (int)frames));
        int headerBytes = start.Length - fields.Remaining;
        return possible
            ? new Opening((int)frames, headerBytes, headerBytes + payload + EcdcV1Format.ChecksumBytes, coded, starts, skip)
            : null;
    }

    /// <summary>Checks and parses a record.</summary>
    /// <exception cref="BitstreamException">The record is damaged.</exception>
    public static EcdcChunk Parse(byte[] record, EcdcV1Header header, EcdcChunkInfo info, int number)
    {
        if (Peek(record, header) is not { } opening || opening.RecordBytes != record.Length || opening.Frames != info.Frames
            || !EcdcV1Format.ChecksumHolds(record))
        {
            throw new BitstreamException(
                $"Chunk {number} at byte {info.Offset} is damaged: its checksum or its header does not match.", info.Offset, "chunk");
        }

        int frames = opening.Frames;
        var body = new ReadOnlyMemory<byte>(record, opening.HeaderBytes, record.Length - opening.HeaderBytes - EcdcV1Format.ChecksumBytes);
        (int[] runs, long[] lengths, uint[] scales, int tableBytes) = ReadTable(
            body.Span, header, frames, info.Offset + opening.HeaderBytes);
        return new EcdcChunk
        {
            Coded = opening.Coded,
            StartsStretch = opening.StartsStretch,
            SkipSamples = opening.SkipSamples,
            Body = body,
            Runs = runs,
            SegmentSamples = lengths,
            ScaleBits = scales,
            Payload = body[tableBytes..],
            Checksum = BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(record.Length - EcdcV1Format.ChecksumBytes)),
            Codes = new ushort[frames * header.Codebooks],
        };
    }

    /// <summary>A replacement for a lost chunk: full segments of scale 0, with one frame of codes repeated.</summary>
    public static EcdcChunk Lost(EcdcV1Header header, int frames, ReadOnlySpan<ushort> frame)
    {
        EcdcGeometry geometry = header.Geometry;
        int perSegment = geometry.SegmentSamples is int segment ? (int)geometry.FrameCount(segment) : frames;
        int count = (frames + perSegment - 1) / perSegment;
        var runs = new int[count];
        var lengths = new long[count];
        for (int i = 0; i < count; i++)
        {
            runs[i] = Math.Min(perSegment, frames - (i * perSegment));
            lengths[i] = Math.Min((long)runs[i] * geometry.HopSamples, geometry.SegmentSamples ?? long.MaxValue);
        }

        var codes = new ushort[frames * header.Codebooks];
        for (int f = 0; f < frames; f++)
        {
            frame.CopyTo(codes.AsSpan(f * header.Codebooks));
        }

        return new EcdcChunk
        {
            Coded = false,
            StartsStretch = false,
            SkipSamples = 0,
            Body = ReadOnlyMemory<byte>.Empty,
            Runs = runs,
            SegmentSamples = lengths,
            ScaleBits = new uint[count],
            Payload = ReadOnlyMemory<byte>.Empty,
            Checksum = 0,
            Codes = codes,
        };
    }

    /// <summary>Unpacks a chunk without entropy coding.</summary>
    /// <exception cref="BitstreamException">The size of the payload does not match its frames, or its padding is not zero.</exception>
    public void Unpack(EcdcV1Header header, long offset)
    {
        int bits = header.Geometry.BitsPerCode;
        var reader = new BitReader(Payload);
        foreach (ref ushort code in Codes.AsSpan())
        {
            if (!reader.TryRead(bits, out uint value))
            {
                throw new BitstreamException($"The packed chunk at byte {offset} is too short for its frames.", offset, "chunk");
            }

            code = (ushort)value;
        }

        if (!reader.AlignToByte() || reader.Offset != Payload.Length)
        {
            throw new BitstreamException($"The packed chunk at byte {offset} holds more than its frames.", offset, "chunk");
        }
    }

    private static (int[] Runs, long[] Lengths, uint[] Scales, int Bytes) ReadTable(
        ReadOnlySpan<byte> body, EcdcV1Header header, int frames, long offset)
    {
        EcdcGeometry geometry = header.Geometry;
        if (geometry.SegmentSamples is null && !geometry.HasScale)
        {
            return ([frames], [0], [0], 0);
        }

        var fields = new FieldReader(body, offset, "segment table");
        int count = fields.U8();
        var runs = new int[count];
        var lengths = new long[count];
        var scales = new uint[count];
        int total = 0;
        for (int i = 0; i < count; i++)
        {
            runs[i] = frames;
            if (geometry.SegmentSamples is int segment)
            {
                lengths[i] = segment - fields.Variable();
                runs[i] = lengths[i] is > 0 ? (int)geometry.FrameCount(lengths[i]) : throw fields.Fault("holds a segment without samples");
            }

            scales[i] = geometry.HasScale ? fields.U32() : 0;
            if ((scales[i] & 0x7F800000) == 0x7F800000)
            {
                throw fields.Fault("holds a scale that is not finite");
            }

            total += runs[i];
        }

        return total == frames ? (runs, lengths, scales, body.Length - fields.Remaining) : throw fields.Fault("does not sum to the chunk's frames");
    }

    /// <summary>The fields before a chunk's segment table and codes.</summary>
    /// <param name="Frames">Frames.</param>
    /// <param name="HeaderBytes">Bytes of these fields.</param>
    /// <param name="RecordBytes">Bytes of the whole record.</param>
    /// <param name="Coded">Whether the codes are entropy-coded.</param>
    /// <param name="StartsStretch">Whether the chunk starts a stretch.</param>
    /// <param name="SkipSamples">Samples to drop at the start of the stretch's output.</param>
    internal readonly record struct Opening(int Frames, int HeaderBytes, long RecordBytes, bool Coded, bool StartsStretch, long SkipSamples);
}
