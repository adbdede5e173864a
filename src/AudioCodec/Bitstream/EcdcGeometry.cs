namespace AudioCodec.Bitstream;

/// <summary>Properties of a model that determine the layout of an <c>.ecdc</c> payload: rates, code width and segmentation.</summary>
/// <remarks>A version-0 file does not state them: they follow from the model that its header names.</remarks>
internal sealed record EcdcGeometry
{
    /// <summary>Name of the model in the header.</summary>
    public required string Model { get; init; }

    /// <summary>Samples per second and channel.</summary>
    public required int SampleRateHz { get; init; }

    /// <summary>Audio channels.</summary>
    public required int Channels { get; init; }

    /// <summary>Frames per second.</summary>
    public required int FrameRateHz { get; init; }

    /// <summary>Samples per frame.</summary>
    public required int HopSamples { get; init; }

    /// <summary>Bits of one code: 1 to 16.</summary>
    public required int BitsPerCode { get; init; }

    /// <summary>Codebooks of the model; a file uses the first K of them.</summary>
    public required int Codebooks { get; init; }

    /// <summary>Length of a segment in samples, or <see langword="null"/> where the whole file is one.</summary>
    public int? SegmentSamples { get; init; }

    /// <summary>Distance between the starts of segments in samples, or <see langword="null"/>.</summary>
    public int? SegmentStrideSamples { get; init; }

    /// <summary>Whether each segment carries a scale.</summary>
    public bool HasScale { get; init; }

    /// <summary>Frames of a piece: <c>ceil(length * frame rate / sample rate)</c>.</summary>
    public long FrameCount(long lengthSamples) =>
        (long)((((Int128)lengthSamples * FrameRateHz) + SampleRateHz - 1) / SampleRateHz);

    /// <summary>Number of segments of a file: one, or <c>ceil(length / stride)</c>; none for length 0.</summary>
    public long SegmentCount(long lengthSamples) => (lengthSamples, SegmentStrideSamples) switch
    {
        (0, _) => 0,
        (_, null) => 1,
        (_, int stride) => ((lengthSamples - 1) / stride) + 1,
    };

    /// <summary>Start of segment <paramref name="index"/> in samples.</summary>
    public long SegmentStart(long index) => index * (SegmentStrideSamples ?? 0);

    /// <summary>Length in samples of segment <paramref name="index"/> of a file.</summary>
    public long SegmentLength(long index, long lengthSamples) =>
        Math.Min(lengthSamples - SegmentStart(index), SegmentSamples ?? long.MaxValue);

    /// <summary>Sample at which a frame starts, in a sequence of full segments.</summary>
    public long SampleOf(long frame)
    {
        if (SegmentSamples is not int segment || SegmentStrideSamples is not int stride)
        {
            return frame * HopSamples;
        }

        (long segments, long rest) = Math.DivRem(frame, FrameCount(segment));
        return (segments * stride) + (rest * HopSamples);
    }

    /// <summary>Bytes of a bit-packed segment of <paramref name="frames"/> frames, its scale included.</summary>
    public Int128 PackedSegmentBytes(long frames, int codebooks) =>
        (HasScale ? 4 : 0) + ((((Int128)frames * codebooks * BitsPerCode) + 7) / 8);

    /// <summary>Bytes that follow the header of a version-0 file without entropy coding.</summary>
    public Int128 PackedPayloadBytes(long lengthSamples, int codebooks)
    {
        long segments = SegmentCount(lengthSamples);
        long whole = segments;
        if (SegmentSamples is int segment && SegmentStrideSamples is int stride)
        {
            // Full segments all have the same size; only the few at the end are shorter.
            whole = lengthSamples < segment ? 0 : ((lengthSamples - segment) / stride) + 1;
        }

        Int128 total = whole == 0 ? 0 : whole * PackedSegmentBytes(FrameCount(SegmentLength(0, lengthSamples)), codebooks);
        for (long i = whole; i < segments; i++)
        {
            total += PackedSegmentBytes(FrameCount(SegmentLength(i, lengthSamples)), codebooks);
        }

        return total;
    }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public void Validate()
    {
        bool segmentsAgree = (SegmentSamples, SegmentStrideSamples) switch
        {
            (null, null) => true,
            (int length, int stride) => stride > 0 && length >= stride,
            _ => false,
        };
        if (SampleRateHz <= 0 || Channels <= 0 || FrameRateHz <= 0 || HopSamples <= 0 || Codebooks <= 0
            || BitsPerCode is < 1 or > 16 || !segmentsAgree)
        {
            throw new ArgumentException($"The geometry of '{Model}' is out of range: {this}.");
        }
    }
}
