namespace AudioCodec.Bitstream;

/// <summary>An <c>.ecdc</c> file of either version, whose header has been read: its properties, and its codes from any position.</summary>
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

    /// <summary>The parts that are decoded with one decoder each, in order; the file's output is the concatenation of theirs.</summary>
    IReadOnlyList<EcdcStretch> Stretches { get; }

    /// <summary>Damage found so far (with <see cref="DamagePolicy.Conceal"/>).</summary>
    IReadOnlyList<EcdcDamage> Damage { get; }

    /// <summary>Sets the models, before codes are read; until then a file can only be inspected.</summary>
    /// <param name="codecFingerprint">Fingerprint of the codec's encoder and codebooks.</param>
    /// <param name="coder">Decodes chunks that a language model coded; needed where <see cref="EcdcHeader.IsEntropyCoded"/> of a version-1 file says so.</param>
    /// <param name="threads">Threads that decode such chunks, the reader's among them, at least 1; several need a coder for several threads.</param>
    /// <exception cref="BitstreamException">The file was made with other models.</exception>
    void UseModels(ReadOnlyMemory<byte> codecFingerprint, IChunkCoder? coder, int threads = 1);

    /// <summary>The codes of a stretch from its beginning; of the decoded samples, <see cref="EcdcStretch.SkipSamples"/> are to be dropped and <see cref="EcdcStretch.LengthSamples"/> kept.</summary>
    IEcdcReader OpenStretch(int stretch);

    /// <summary>The codes from a sample of the file's output.</summary>
    /// <param name="sample">Sample of the output, at the model's rate.</param>
    /// <param name="warmUpFrames">Frames to decode before it, so that the decoder's state approaches that of a continuous decode (models without segments).</param>
    /// <exception cref="ArgumentOutOfRangeException">The file is shorter.</exception>
    EcdcSeekPoint OpenAt(long sample, int warmUpFrames);

    /// <summary>Checks the file without decoding audio.</summary>
    EcdcVerification Verify(CancellationToken cancellationToken);
}
