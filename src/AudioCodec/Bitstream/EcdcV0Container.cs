namespace AudioCodec.Bitstream;

/// <summary>A version-0 file as one stretch.</summary>
/// <param name="header">Its header.</param>
/// <param name="geometry">Layout of the model that the header names.</param>
/// <param name="codesFrom">Opens the codes at a frame; with segments, at the first of a segment.</param>
/// <param name="owned">Disposed together with this.</param>
internal sealed class EcdcV0Container(
    EcdcV0Header header, EcdcGeometry geometry, Func<long, IEcdcReader> codesFrom, IDisposable owned) : IEcdcContainer
{
    /// <inheritdoc/>
    public EcdcHeader Header => header;

    /// <inheritdoc/>
    public EcdcGeometry Geometry => geometry;

    /// <inheritdoc/>
    public EcdcTags Tags { get; } = new();

    /// <inheritdoc/>
    public long LengthSamples => header.LengthSamples;

    /// <inheritdoc/>
    public bool HasIndex => false;

    /// <inheritdoc/>
    public IReadOnlyList<EcdcStretch> Stretches { get; } =
        header.LengthSamples == 0 ? [] : [new EcdcStretch(0, 0, header.LengthSamples, 0, header.LengthSamples)];

    /// <inheritdoc/>
    public IReadOnlyList<EcdcDamage> Damage => [];

    /// <summary>Opens a file without entropy coding, behind its header.</summary>
    /// <param name="stream">The file; must seek. Disposed together with the result.</param>
    /// <param name="header">Its header.</param>
    /// <param name="geometry">Layout of the model that the header names.</param>
    /// <exception cref="BitstreamException">The header does not fit the model, the codes are entropy-coded, or the payload is too short.</exception>
    public static EcdcV0Container Packed(Stream stream, EcdcV0Header header, EcdcGeometry geometry)
    {
        var reader = new EcdcV0Reader(stream, header, geometry);
        return new EcdcV0Container(header, geometry, reader.From, reader);
    }

    /// <summary>Does nothing: version 0 states no fingerprints.</summary>
    public void UseModels(ReadOnlyMemory<byte> codecFingerprint, IChunkCoder? coder, int threads)
    {
    }

    /// <inheritdoc/>
    public IEcdcReader OpenStretch(int stretch) => codesFrom(0);

    /// <inheritdoc/>
    public EcdcSeekPoint OpenAt(long sample, int warmUpFrames)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sample);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(sample, LengthSamples);
        long frame = EcdcSeekPoint.FirstFrame(geometry, sample, warmUpFrames);
        return EcdcSeekPoint.At(codesFrom(frame), geometry, frame, sample, LengthSamples - sample);
    }

    /// <inheritdoc/>
    public EcdcVerification Verify(CancellationToken cancellationToken) => EcdcVerification.Of(this, cancellationToken);

    /// <summary>Reads all codes and counts the bytes behind them.</summary>
    /// <exception cref="BitstreamException">The stream ends too soon or is damaged.</exception>
    public long ReadThrough(CancellationToken cancellationToken)
    {
        using IEcdcReader reader = codesFrom(0);
        var codes = new ushort[1024 * header.Codebooks];
        while (reader.TryNextSegment(out _))
        {
            while (reader.ReadFrames(codes) > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        return reader.CountTrailingBytes();
    }

    /// <inheritdoc/>
    public void Dispose() => owned.Dispose();
}
