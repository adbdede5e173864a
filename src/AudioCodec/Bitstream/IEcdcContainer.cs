namespace AudioCodec.Bitstream;

/// <summary>An <c>.ecdc</c> file of either version, its header read: what it says, and its codes from any place on.</summary>
internal interface IEcdcContainer : IDisposable
{
    /// <summary>The file's header.</summary>
    EcdcHeader Header { get; }

    /// <summary>The model's layout.</summary>
    EcdcGeometry Geometry { get; }

    /// <summary>The file's tags; none in version 0.</summary>
    EcdcTags Tags { get; }

    /// <summary>Samples per channel that decoding gives, at the model's rate.</summary>
    long LengthSamples { get; }

    /// <summary>Whether the file's own index was read; version 0 has none, and a damaged one is rebuilt.</summary>
    bool HasIndex { get; }

    /// <summary>The parts that one decoder run gives, in order; their outputs follow each other.</summary>
    IReadOnlyList<EcdcStretch> Stretches { get; }

    /// <summary>Damage found so far (with <see cref="DamagePolicy.Conceal"/>).</summary>
    IReadOnlyList<EcdcDamage> Damage { get; }

    /// <summary>Says which models are at hand, before codes are read; until then a file can only be looked at.</summary>
    /// <param name="codecFingerprint">Names the codec's weights.</param>
    /// <param name="coder">Decodes chunks that a language model coded; needed where <see cref="EcdcHeader.IsEntropyCoded"/> of a version-1 file says so.</param>
    /// <exception cref="BitstreamException">The file was made with others.</exception>
    void UseModels(ReadOnlyMemory<byte> codecFingerprint, IChunkCoder? coder);

    /// <summary>The codes of a stretch from its beginning; drop <see cref="EcdcStretch.SkipSamples"/> of what they decode to, keep <see cref="EcdcStretch.LengthSamples"/>.</summary>
    IEcdcReader OpenStretch(int stretch);

    /// <summary>The codes from a place in the file's output on.</summary>
    /// <param name="sample">Sample of the output, at the model's rate.</param>
    /// <param name="warmUpFrames">Frames to decode before it, so that the decoder's memory is what it would have been (models without segments).</param>
    /// <exception cref="ArgumentOutOfRangeException">The file is not that long.</exception>
    EcdcSeekPoint OpenAt(long sample, int warmUpFrames);

    /// <summary>Checks the file without decoding audio.</summary>
    EcdcVerification Verify(CancellationToken cancellationToken);
}
