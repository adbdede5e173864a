namespace AudioCodec.Bitstream;

/// <summary>How a version-1 file is read.</summary>
internal sealed record EcdcV1ReadOptions
{
    /// <summary>Decodes chunks that a language model coded; not needed for other files, nor to inspect a file.</summary>
    public IChunkCoder? Coder { get; init; }

    /// <summary>Fingerprint of the codec (its first 8 bytes are compared), or <see langword="null"/> not to compare.</summary>
    public ReadOnlyMemory<byte>? CodecFingerprint { get; init; }

    /// <summary>How damage is handled.</summary>
    public DamagePolicy Damage { get; init; }
}
