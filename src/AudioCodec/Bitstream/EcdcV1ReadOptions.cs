namespace AudioCodec.Bitstream;

/// <summary>How a version-1 file is to be read.</summary>
internal sealed record EcdcV1ReadOptions
{
    /// <summary>Decodes chunks that a language model coded; <see langword="null"/> suffices for files without and for looking at files.</summary>
    public IChunkCoder? Coder { get; init; }

    /// <summary>Names the codec at hand (the first 8 bytes count), or <see langword="null"/> not to compare.</summary>
    public ReadOnlyMemory<byte>? CodecFingerprint { get; init; }

    /// <summary>What to do about damage.</summary>
    public DamagePolicy Damage { get; init; }
}
