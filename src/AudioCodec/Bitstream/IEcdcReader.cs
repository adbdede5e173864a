namespace AudioCodec.Bitstream;

/// <summary>Codes of an <c>.ecdc</c> file in order: segment by segment, frame by frame.</summary>
/// <remarks>Both versions of the format are read through this; memory is constant.</remarks>
internal interface IEcdcReader : IDisposable
{
    /// <summary>The model's layout.</summary>
    EcdcGeometry Geometry { get; }

    /// <summary>Codebooks K in the file.</summary>
    int Codebooks { get; }

    /// <summary>Samples per channel of the segments, at the model's rate.</summary>
    long LengthSamples { get; }

    /// <summary>Moves to the next segment; the rest of the current one is skipped.</summary>
    /// <exception cref="BitstreamException">The stream ends too soon or is damaged.</exception>
    bool TryNextSegment(out EcdcSegment segment);

    /// <summary>Reads up to as many frames of the current segment as fit.</summary>
    /// <param name="codes">[F, K] frame-major; its length is a multiple of K.</param>
    /// <returns>Frames read; 0 at the segment's end.</returns>
    /// <exception cref="BitstreamException">The stream ends too soon or is damaged.</exception>
    int ReadFrames(Span<ushort> codes);

    /// <summary>Reads the rest and counts the bytes behind the last segment; an intact file has none.</summary>
    /// <exception cref="BitstreamException">The stream ends too soon or is damaged.</exception>
    long CountTrailingBytes() => 0;
}
