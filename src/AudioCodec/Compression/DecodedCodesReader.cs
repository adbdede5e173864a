using AudioCodec.Bitstream;

namespace AudioCodec.Compression;

/// <summary>Codes of a version-0 file in memory, starting at a frame.</summary>
/// <param name="geometry">The model's layout.</param>
/// <param name="header">The file's header.</param>
/// <param name="segments">The segments with their codes, [F, K] frame-major.</param>
/// <param name="firstFrame">First frame; with segments, the first of a segment.</param>
internal sealed class DecodedCodesReader(
    EcdcGeometry geometry, EcdcV0Header header, IReadOnlyList<(EcdcSegment Segment, ushort[] Codes)> segments, long firstFrame) : IEcdcReader
{
    private int _next = geometry.SegmentSamples is int length ? (int)(firstFrame / geometry.FrameCount(length)) : 0;
    private int _startFrame = geometry.SegmentSamples is null ? (int)firstFrame : 0;
    private int _position;

    /// <inheritdoc/>
    public EcdcGeometry Geometry => geometry;

    /// <inheritdoc/>
    public int Codebooks => header.Codebooks;

    /// <inheritdoc/>
    public long LengthSamples { get; } = header.LengthSamples - geometry.SampleOf(firstFrame);

    /// <inheritdoc/>
    public bool TryNextSegment(out EcdcSegment segment)
    {
        bool found = _next < segments.Count;
        segment = found ? segments[_next++].Segment : default;
        _position = _startFrame * Codebooks;
        _startFrame = 0;
        return found;
    }

    /// <inheritdoc/>
    public int ReadFrames(Span<ushort> codes)
    {
        ReadOnlySpan<ushort> left = segments[_next - 1].Codes.AsSpan(_position);
        int count = Math.Min(left.Length, codes.Length);
        left[..count].CopyTo(codes);
        _position += count;
        return count / Codebooks;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
