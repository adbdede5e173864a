using System.Buffers.Binary;

namespace AudioCodec.Bitstream;

/// <summary>Writes a version-0 <c>.ecdc</c> file without entropy coding, byte for byte as the reference does.</summary>
/// <remarks>
/// Per segment: the scale as big-endian single precision where the model has one; then for each frame, for each codebook, the
/// code in log2(N) bits, least significant bit first; zero bits up to the next byte. The length must be known in advance, since the
/// header comes first. A file of length 0 is the header alone.
/// </remarks>
internal sealed class EcdcV0Writer : IEcdcWriter
{
    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly BitWriter _bits;
    private readonly long _segments;
    private long _segment = -1;
    private long _framesLeft;

    /// <summary>Writes the header.</summary>
    /// <param name="stream">Destination; need not be seekable.</param>
    /// <param name="geometry">Layout of the model.</param>
    /// <param name="lengthSamples">Samples per channel at the model's rate.</param>
    /// <param name="codebooks">Codebooks per frame.</param>
    /// <param name="leaveOpen">Whether disposing leaves <paramref name="stream"/> open.</param>
    /// <exception cref="ArgumentException">A value is out of the model's range.</exception>
    public EcdcV0Writer(Stream stream, EcdcGeometry geometry, long lengthSamples, int codebooks, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(geometry);
        geometry.Validate();
        ArgumentOutOfRangeException.ThrowIfNegative(lengthSamples);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lengthSamples, EcdcHeader.MaxLengthSamples);
        ArgumentOutOfRangeException.ThrowIfLessThan(codebooks, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(codebooks, geometry.Codebooks);
        _stream = stream;
        _leaveOpen = leaveOpen;
        Geometry = geometry;
        Header = new EcdcV0Header { Model = geometry.Model, LengthSamples = lengthSamples, Codebooks = codebooks };
        _segments = geometry.SegmentCount(lengthSamples);
        _bits = new BitWriter(stream);
        _bits.WriteBytes(Header.ToBytes());
    }

    /// <inheritdoc/>
    public EcdcGeometry Geometry { get; }

    /// <summary>The header that was written.</summary>
    public EcdcV0Header Header { get; }

    /// <inheritdoc/>
    public int Codebooks => Header.Codebooks;

    /// <inheritdoc/>
    public void BeginSegment(uint scaleBits)
    {
        if (_framesLeft > 0 || _segment + 1 >= _segments)
        {
            throw new InvalidOperationException(_framesLeft > 0
                ? $"Segment {_segment} still lacks {_framesLeft} frames."
                : $"A file of {Header.LengthSamples} samples has {_segments} segments; all are written.");
        }

        _segment++;
        _framesLeft = Geometry.FrameCount(Geometry.SegmentLength(_segment, Header.LengthSamples));
        if (Geometry.HasScale)
        {
            Span<byte> scale = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(scale, scaleBits);
            _bits.WriteBytes(scale);
        }
    }

    /// <inheritdoc/>
    public void WriteFrames(ReadOnlySpan<ushort> codes)
    {
        (int frames, int rest) = Math.DivRem(codes.Length, Codebooks);
        if (rest != 0 || frames > _framesLeft)
        {
            throw new ArgumentException(
                $"{codes.Length} codes are {frames} frames of {Codebooks} and {rest} over; segment {_segment} takes {_framesLeft} more frames.",
                nameof(codes));
        }

        int bits = Geometry.BitsPerCode;
        foreach (ushort code in codes)
        {
            if (code >> bits != 0)
            {
                throw new ArgumentException($"Code {code} does not fit into {bits} bits.", nameof(codes));
            }

            _bits.Write(code, bits);
        }

        _framesLeft -= frames;
        if (_framesLeft == 0)
        {
            _bits.AlignToByte();
        }
    }

    /// <inheritdoc/>
    public void Complete()
    {
        if (_framesLeft > 0 || _segment + 1 < _segments)
        {
            throw new InvalidOperationException(
                $"Segment {_segment} lacks {_framesLeft} frames and {_segments - _segment - 1} segments are missing.");
        }

        _bits.Flush();
        _stream.Flush();
    }

    /// <summary>Closes the stream, unless it is left open; does not complete the file.</summary>
    public void Dispose()
    {
        if (!_leaveOpen)
        {
            _stream.Dispose();
        }
    }
}
