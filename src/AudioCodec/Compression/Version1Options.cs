using AudioCodec.Bitstream;
using AudioCodec.Checkpoints;

namespace AudioCodec.Compression;

/// <summary>What a version-1 file carries beside its codes.</summary>
public sealed record Version1Options
{
    /// <summary>Names the codec's weights: <see cref="WeightsFingerprint"/> of its checkpoint.</summary>
    public required ReadOnlyMemory<byte> CodecFingerprint { get; init; }

    /// <summary>Entropy-codes the chunks; <see langword="null"/> for bit packing. One per thread.</summary>
    public IChunkCoder? Coder { get; init; }

    /// <summary>Length of a chunk, seconds; <see langword="null"/> for the default.</summary>
    public double? ChunkSeconds { get; init; }

    /// <summary>Texts to carry.</summary>
    public EcdcTags Tags { get; init; } = new();
}
