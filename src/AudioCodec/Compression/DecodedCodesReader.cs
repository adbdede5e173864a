using AudioCodec.Bitstream;

namespace AudioCodec.Compression;

/// <summary>Codes that are in memory already, read like a file.</summary>
/// <param name="geometry">The model's layout.</param>
/// <param name="header">The file's header.</param>
/// <param name="segments">The segments with their codes, [F, K] frame-major.</param>
internal sealed class DecodedCodesReader(
    EcdcGeometry geometry, EcdcHeader header, IReadOnlyList<(EcdcSegment Segment, ushort[] Codes)> segments) : IEcdcReader
{
    private int _next;
    private int _position;

    /// <inheritdoc/>
    public EcdcGeometry Geometry => geometry;

    /// <inheritdoc/>
    public int Codebooks => header.Codebooks;

    /// <inheritdoc/>
    public long LengthSamples => header.LengthSamples;

    /// <inheritdoc/>
    public bool TryNextSegment(out EcdcSegment segment)
    {
        bool found = _next < segments.Count;
        segment = found ? segments[_next++].Segment : default;
        _position = 0;
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
