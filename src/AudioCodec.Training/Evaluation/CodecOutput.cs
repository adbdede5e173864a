using AudioCodec.Audio;

namespace AudioCodec.Training.Evaluation;

/// <summary>What a codec made of a piece of audio.</summary>
/// <param name="Decoded">The audio after decoding, at the original's rate and channels; its length may differ.</param>
/// <param name="FileBytes">Size of the encoded file, container included.</param>
public sealed record CodecOutput(AudioBuffer Decoded, long FileBytes)
{
    /// <summary>[F, K] frame-major codes, where the codec has codebooks.</summary>
    public ushort[]? Codes { get; init; }

    /// <summary>Codebooks K in <see cref="Codes"/>.</summary>
    public int Codebooks { get; init; }

    /// <summary>Entries of each codebook.</summary>
    public int CodebookSize { get; init; }

    /// <summary>Size of the file with the entropy model, where there is one.</summary>
    public long? EntropyCodedBytes { get; init; }
}
