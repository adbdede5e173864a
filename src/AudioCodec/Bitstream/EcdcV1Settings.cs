namespace AudioCodec.Bitstream;

/// <summary>Settings of a version-1 file.</summary>
internal sealed record EcdcV1Settings
{
    /// <summary>
    /// Length of a chunk, seconds, unless set otherwise: a compromise of seek time and overhead, see <c>ECDC-v1.md</c>. With segments, one.
    /// </summary>
    public const double DefaultChunkSeconds = 2;

    /// <summary>Layout of the model.</summary>
    public required EcdcGeometry Geometry { get; init; }

    /// <summary>Codebooks K per frame.</summary>
    public required int Codebooks { get; init; }

    /// <summary>Fingerprint of the codec's encoder and codebooks: 8 bytes or more, of which the first 8 are stored.</summary>
    public required ReadOnlyMemory<byte> CodecFingerprint { get; init; }

    /// <summary>Fingerprint of the codec's decoder: 8 bytes or more, of which the first 8 are stored; or empty.</summary>
    public ReadOnlyMemory<byte> DecoderFingerprint { get; init; }

    /// <summary>Codes the chunks; <see langword="null"/> for bit packing.</summary>
    public IChunkCoder? Coder { get; init; }

    /// <summary>Threads that code chunks, the writer's among them, at least 1; the file does not depend on it. Several need a coder for several threads.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>
    /// Length of a chunk in seconds; segmented models round it down to whole segments, but at least one. <see langword="null"/> for
    /// <see cref="DefaultChunkSeconds"/>, or a segment.
    /// </summary>
    public double? ChunkSeconds { get; init; }

    /// <summary>Samples per channel at the model's rate, or <see langword="null"/> where it is not known before the end (models without segments).</summary>
    public long? LengthSamples { get; init; }

    /// <summary>Samples per second of the original; 0 where unknown.</summary>
    public int OriginalSampleRateHz { get; init; }

    /// <summary>Channels of the original; 0 where unknown.</summary>
    public int OriginalChannels { get; init; }

    /// <summary>Samples per channel of the original, or <see langword="null"/>.</summary>
    public long? OriginalLengthSamples { get; init; }

    /// <summary>Texts to store.</summary>
    public EcdcTags Tags { get; init; } = new();
}
