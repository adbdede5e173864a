namespace AudioCodec.Bitstream;

/// <summary>A position in a file at which decoding can begin.</summary>
/// <param name="Reader">The codes from there to the end of the stretch.</param>
/// <param name="Stretch">The stretch.</param>
/// <param name="SkipSamples">Decoded samples to drop.</param>
/// <param name="LengthSamples">Samples of the stretch behind them.</param>
internal sealed record EcdcSeekPoint(IEcdcReader Reader, int Stretch, long SkipSamples, long LengthSamples)
{
    /// <summary>Frames decoded at once behind the one of the sample, about 50 ms.</summary>
    private const int AheadFrames = 3;

    /// <summary>Frames to decode for the first samples; the entropy coder stops there until more are read.</summary>
    public int FirstFrames { get; private init; }

    /// <summary>The position for a sample of a stretch (counted from the start of its codes).</summary>
    internal static EcdcSeekPoint Find(EcdcV1Reader file, int stretchIndex, long sample, int warmUpFrames, long lengthSamples)
    {
        EcdcStretch stretch = file.Stretches[stretchIndex];
        EcdcGeometry geometry = file.Header.Geometry;
        long frame = FirstFrame(geometry, sample, warmUpFrames);
        (int chunk, long chunkStart) = ChunkFor(file, stretch, frame);
        long startSample = file.SampleOf(frame);
        int firstFrames = FramesNeeded(geometry, frame, sample);
        var reader = new EcdcStretchReader(file, stretchIndex, chunk, (int)(frame - chunkStart), startSample, firstFrames);
        return new EcdcSeekPoint(reader, stretchIndex, sample - startSample, lengthSamples) { FirstFrames = firstFrames };
    }

    /// <summary>The position in a file that is one stretch without chunks.</summary>
    internal static EcdcSeekPoint At(IEcdcReader reader, EcdcGeometry geometry, long frame, long sample, long lengthSamples) =>
        new(reader, 0, sample - geometry.SampleOf(frame), lengthSamples) { FirstFrames = FramesNeeded(geometry, frame, sample) };

    private static int FramesNeeded(EcdcGeometry geometry, long firstFrame, long sample)
    {
        if (geometry.SegmentSamples is not int length || geometry.SegmentStrideSamples is not int stride)
        {
            return (int)((sample / geometry.HopSamples) - firstFrame) + 1 + AheadFrames;
        }

        int perSegment = (int)geometry.FrameCount(length);
        return (int)(((sample / stride) + 1) * perSegment - firstFrame);
    }

    /// <summary>The chunk of a stretch that holds a frame, and its first frame (counted from the stretch's start).</summary>
    internal static (int Chunk, long Frame) ChunkFor(EcdcV1Reader file, EcdcStretch stretch, long frame)
    {
        long start = file.FramesBefore(stretch.FirstChunk);
        int low = stretch.FirstChunk;
        int high = stretch.FirstChunk + stretch.ChunkCount - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            bool before = file.FramesBefore(middle) - start <= frame;
            low = before ? middle : low;
            high = before ? high : middle - 1;
        }

        return (low, file.FramesBefore(low) - start);
    }

    /// <summary>The first frame to decode for a sample of a stretch.</summary>
    internal static long FirstFrame(EcdcGeometry geometry, long sample, int warmUpFrames)
    {
        if (geometry.SegmentSamples is not int length || geometry.SegmentStrideSamples is not int stride)
        {
            return Math.Max(0, (sample / geometry.HopSamples) - warmUpFrames);
        }

        // Segments are decoded independently; within the overlap the one before is needed too.
        long segment = sample / stride;
        bool overlapped = sample - (segment * stride) < length - stride;
        return (segment - (overlapped && segment > 0 ? 1 : 0)) * geometry.FrameCount(length);
    }
}
