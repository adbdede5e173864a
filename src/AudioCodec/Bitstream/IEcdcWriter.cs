namespace AudioCodec.Bitstream;

/// <summary>Writes codes as an <c>.ecdc</c> file: segment by segment, frame by frame, in constant memory.</summary>
internal interface IEcdcWriter : IDisposable
{
    /// <summary>The model's layout.</summary>
    EcdcGeometry Geometry { get; }

    /// <summary>Codebooks K of each frame.</summary>
    int Codebooks { get; }

    /// <summary>Starts the next segment; the one before must be complete.</summary>
    /// <param name="scaleBits">Bits of its single-precision scale; 0 where the model has none.</param>
    void BeginSegment(uint scaleBits);

    /// <summary>Appends frames to the current segment.</summary>
    /// <param name="codes">[F, K] frame-major; its length is a multiple of K, each value below the codebook size.</param>
    /// <exception cref="ArgumentException">A code is too large, or the frames are more than the segment has.</exception>
    void WriteFrames(ReadOnlySpan<ushort> codes);

    /// <summary>Ends the file.</summary>
    /// <exception cref="InvalidOperationException">Frames or segments are missing.</exception>
    void Complete();
}
