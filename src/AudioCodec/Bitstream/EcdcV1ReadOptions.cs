namespace AudioCodec.Bitstream;

/// <summary>How a version-1 file is read.</summary>
internal sealed record EcdcV1ReadOptions
{
    /// <summary>Decodes chunks that a language model coded; not needed for other files, nor to inspect a file.</summary>
    public IChunkCoder? Coder { get; init; }

    /// <summary>Threads that decode coded chunks, the reader's among them, at least 1; the codes do not depend on it. Several need a coder for several threads.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Fingerprint of the codec (its first 8 bytes are compared), or <see langword="null"/> not to compare.</summary>
    public ReadOnlyMemory<byte>? CodecFingerprint { get; init; }

    /// <summary>How damage is handled.</summary>
    public DamagePolicy Damage { get; init; }
}
