using System.Buffers.Binary;
using AudioCodec.Files;

namespace AudioCodec.Bitstream;

/// <summary>Reads a version-0 <c>.ecdc</c> file without entropy coding, in constant memory.</summary>
/// <remarks>
/// Version 0 has no checksum: only the header, the exact length of the payload and the zero padding bits can be
/// checked. Nothing is allocated by a count that the file states.
/// </remarks>
internal sealed class EcdcV0Reader : IEcdcReader
{
    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly BitReader _bits;
    private readonly long _segments;
    private readonly ushort[] _skipped;
    private long _segment;
    private long _framesLeft;
    private long _framesBefore;

    /// <summary>Reads a file whose header has been read.</summary>
    /// <param name="stream">The file; need not be seekable.</param>
    /// <param name="header">Its header.</param>
    /// <param name="geometry">Layout of the model that the header names.</param>
    /// <param name="leaveOpen">Whether disposing leaves <paramref name="stream"/> open.</param>
    /// <exception cref="BitstreamException">
    /// The header does not fit the model, the codes are entropy-coded, or (streams that seek) the payload is too short.
    /// </exception>
    public EcdcV0Reader(Stream stream, EcdcV0Header header, EcdcGeometry geometry, bool leaveOpen = false)
        : this(stream, header, geometry, header.ByteCount, leaveOpen)
    {
        header.RequireFit(geometry);
        if (header.UsesLanguageModel)
        {
            throw new BitstreamException(
                "The codes of this version-0 file are entropy-coded with a language model (\"lm\": true); reading them needs that model.", 9, "lm");
        }

        if (stream.CanSeek)
        {
            RequireWholePayload(stream.Length - stream.Position);
        }
    }

    private EcdcV0Reader(Stream stream, EcdcV0Header header, EcdcGeometry geometry, long offset, bool leaveOpen)
    {
        _stream = stream;
        _leaveOpen = leaveOpen;
        Header = header;
        Geometry = geometry;
        LengthSamples = header.LengthSamples;
        _bits = new BitReader(stream, offset);
        _segment = -1;
        _segments = geometry.SegmentCount(header.LengthSamples);
        _skipped = new ushort[header.Codebooks * 64];
    }

    /// <summary>The file's header.</summary>
    public EcdcV0Header Header { get; }

    /// <inheritdoc/>
    public EcdcGeometry Geometry { get; }

    /// <inheritdoc/>
    public int Codebooks => Header.Codebooks;

    /// <inheritdoc/>
    public long LengthSamples { get; private init; }

    /// <summary>Opens the codes at a frame, whose position in a packed payload is known.</summary>
    /// <param name="frame">Frame of the file; with segments, the first of one.</param>
    /// <returns>A reader of the same stream, which it leaves open; several can be read in turn.</returns>
    public EcdcV0Reader From(long frame)
    {
        long segment = 0;
        long startSample = frame * Geometry.HopSamples;
        long frameBits = (long)Codebooks * Geometry.BitsPerCode;
        long bits = frame * frameBits;
        if (Geometry.SegmentSamples is int length)
        {
            long perSegment = Geometry.FrameCount(length);
            segment = frame / perSegment;
            startSample = Geometry.SegmentStart(segment);
            bits = 8 * segment * (long)Geometry.PackedSegmentBytes(perSegment, Codebooks);
            frame = 0;
        }

        long offset = Header.ByteCount + (bits / 8);
        var reader = new EcdcV0Reader(new StreamView(_stream, offset), Header, Geometry, offset, leaveOpen: false)
        {
            LengthSamples = Header.LengthSamples - startSample,
            _segment = segment - 1,
            _framesBefore = frame,
        };
        reader._bits.TryRead((int)(bits % 8), out _);
        return reader;
    }

    /// <inheritdoc/>
    public bool TryNextSegment(out EcdcSegment segment)
    {
        while (_framesLeft > 0)
        {
            ReadFrames(_skipped);
        }

        if (_segment + 1 >= _segments)
        {
            segment = default;
            return false;
        }

        _segment++;
        uint scaleBits = Geometry.HasScale ? ReadScale() : 0;
        long length = Geometry.SegmentLength(_segment, Header.LengthSamples);
        _framesLeft = Geometry.FrameCount(length) - _framesBefore;
        _framesBefore = 0;
        segment = new EcdcSegment(_segment, Geometry.SegmentStart(_segment), length, _framesLeft, scaleBits);
        return true;
    }

    /// <inheritdoc/>
    public int ReadFrames(Span<ushort> codes)
    {
        if (codes.Length % Codebooks != 0)
        {
            throw new ArgumentException($"Room for {codes.Length} codes is not a multiple of {Codebooks} codebooks.", nameof(codes));
        }

        int frames = (int)Math.Min(codes.Length / Codebooks, _framesLeft);
        Span<ushort> wanted = codes[..(frames * Codebooks)];
        int bits = Geometry.BitsPerCode;
        for (int i = 0; i < wanted.Length; i++)
        {
            if (!_bits.TryRead(bits, out uint code))
            {
                throw Truncated($"{_framesLeft - (i / Codebooks)} frames are missing from segment {_segment}", "codes");
            }

            wanted[i] = (ushort)code;
        }

        _framesLeft -= frames;
        if (frames > 0 && _framesLeft == 0 && !_bits.AlignToByte())
        {
            throw new BitstreamException(
                $"The bits that pad segment {_segment} to a byte are not zero; the file is damaged.", _bits.Offset - 1, "padding");
        }

        return frames;
    }

    /// <inheritdoc/>
    public long CountTrailingBytes()
    {
        while (TryNextSegment(out _))
        {
        }

        return _bits.CountRest();
    }

    /// <summary>Closes the stream, unless it is left open.</summary>
    public void Dispose()
    {
        if (!_leaveOpen)
        {
            _stream.Dispose();
        }
    }

    private void RequireWholePayload(long found)
    {
        Int128 expected = Geometry.PackedPayloadBytes(Header.LengthSamples, Codebooks);
        if (found < expected)
        {
            throw new BitstreamException(
                $"The payload has {found} bytes; {Header.LengthSamples} samples with {Codebooks} codebooks take {expected}. "
                + "The file is truncated or its header is damaged.",
                Header.ByteCount,
                "payload");
        }
    }

    private uint ReadScale()
    {
        Span<byte> scale = stackalloc byte[4];
        if (!_bits.TryReadBytes(scale))
        {
            throw Truncated($"the scale of segment {_segment} is missing", "scale");
        }

        uint value = BinaryPrimitives.ReadUInt32BigEndian(scale);

        // Exponent bits all ones: infinity or not a number, which no encoder writes and no decoder can use.
        return (value & 0x7F800000) != 0x7F800000
            ? value
            : throw new BitstreamException(
                $"The scale of segment {_segment} is 0x{value:X8}, not a finite number; the file is damaged.", _bits.Offset - 4, "scale");
    }

    private BitstreamException Truncated(string missing, string field) =>
        new($"The file ends at byte {_bits.Offset}; {missing}. It is truncated.", _bits.Offset, field);
}
