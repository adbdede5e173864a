using System.Buffers.Binary;

namespace AudioCodec.Bitstream;

/// <summary>Reads a version-0 <c>.ecdc</c> file without entropy coding, in constant memory.</summary>
/// <remarks>
/// Version 0 carries no checksum: what can be checked is the header, the exact length of the payload, and that the padding bits
/// are zero. Nothing is allocated by a count that the file states.
/// </remarks>
public sealed class EcdcReader : IEcdcReader
{
    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly BitReader _bits;
    private readonly long _segments;
    private readonly ushort[] _skipped;
    private long _segment = -1;
    private long _framesLeft;

    private EcdcReader(Stream stream, EcdcHeader header, EcdcGeometry geometry, long payloadOffset, bool leaveOpen)
    {
        _stream = stream;
        _leaveOpen = leaveOpen;
        Header = header;
        Geometry = geometry;
        _bits = new BitReader(stream, payloadOffset);
        _segments = geometry.SegmentCount(header.LengthSamples);
        _skipped = new ushort[header.Codebooks * 64];
    }

    /// <summary>The file's header.</summary>
    public EcdcHeader Header { get; }

    /// <inheritdoc/>
    public EcdcGeometry Geometry { get; }

    /// <inheritdoc/>
    public int Codebooks => Header.Codebooks;

    /// <inheritdoc/>
    public long LengthSamples => Header.LengthSamples;

    /// <summary>Opens a file from its first byte.</summary>
    /// <param name="stream">The file; need not seek.</param>
    /// <param name="geometryOf">Gives the layout of the model that the header names, or <see langword="null"/> where it is unknown.</param>
    /// <param name="leaveOpen">Whether disposing leaves <paramref name="stream"/> open.</param>
    /// <exception cref="BitstreamException">
    /// The header is damaged, the model is unknown, the codes are entropy-coded, or (streams that seek) the payload is too short.
    /// </exception>
    public static EcdcReader Open(Stream stream, Func<string, EcdcGeometry?> geometryOf, bool leaveOpen = false)
    {
        byte version = EcdcMagic.ReadVersion(stream);
        return version == 0
            ? OpenAfterVersion(stream, geometryOf, leaveOpen)
            : throw new BitstreamException(
                $"The file is .ecdc version {version}; this reader takes version 0. Use the reader of that version.", 4, "version");
    }

    /// <summary>Opens a file after <see cref="EcdcMagic.ReadVersion"/> has given 0; the rest is as for <see cref="Open"/>.</summary>
    /// <inheritdoc cref="Open"/>
    public static EcdcReader OpenAfterVersion(Stream stream, Func<string, EcdcGeometry?> geometryOf, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(geometryOf);
        EcdcHeader header = EcdcHeader.ReadAfterVersion(stream, out int offset);
        EcdcGeometry geometry = CheckModel(header, geometryOf);
        if (header.UsesLanguageModel)
        {
            throw new BitstreamException(
                "The codes of this version-0 file are entropy-coded with a language model (\"lm\": true); reading them needs that model.",
                9,
                "lm");
        }

        if (stream.CanSeek)
        {
            Int128 expected = geometry.PackedPayloadBytes(header.LengthSamples, header.Codebooks);
            long found = stream.Length - stream.Position;
            if (found < expected)
            {
                throw new BitstreamException(
                    $"The payload has {found} bytes; {header.LengthSamples} samples with {header.Codebooks} codebooks take {expected}. "
                    + "The file is truncated or its header is damaged.",
                    offset,
                    "payload");
            }
        }

        return new EcdcReader(stream, header, geometry, offset, leaveOpen);
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
        long length = Geometry.SegmentLength(_segment, LengthSamples);
        _framesLeft = Geometry.FrameCount(length);
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

    /// <summary>Reads what is left and counts the bytes behind the last segment; a sound file has none.</summary>
    /// <exception cref="BitstreamException">The stream ends too soon or is damaged.</exception>
    public long CountTrailingBytes()
    {
        while (TryNextSegment(out _))
        {
        }

        return _bits.CountRest();
    }

    /// <summary>Closes the stream unless it is to stay open.</summary>
    public void Dispose()
    {
        if (!_leaveOpen)
        {
            _stream.Dispose();
        }
    }

    /// <summary>Finds the layout for a header and checks the header against it.</summary>
    internal static EcdcGeometry CheckModel(EcdcHeader header, Func<string, EcdcGeometry?> geometryOf)
    {
        EcdcGeometry geometry = geometryOf(header.Model) ?? throw new BitstreamException(
            $"The file was made with model '{header.Model}', which is not known here. Name its checkpoint, or install the model.", 9, "m");
        geometry.Validate();
        if (header.Codebooks > geometry.Codebooks)
        {
            throw new BitstreamException(
                $"The header has {header.Codebooks} in 'nc'; model '{header.Model}' has {geometry.Codebooks} codebooks. "
                + "The file is damaged or was made with another model.",
                9,
                "nc");
        }

        return geometry;
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
