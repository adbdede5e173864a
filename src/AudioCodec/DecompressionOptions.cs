using AudioCodec.Audio;

namespace AudioCodec;

/// <summary>How a file is decompressed to WAV.</summary>
public sealed record DecompressionOptions
{
    /// <summary>Where in the recording to begin.</summary>
    public TimeSpan Start { get; init; }

    /// <summary>How much to give; <see langword="null"/> for all that follows.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Rate of the output; <see langword="null"/> for the model's.</summary>
    public int? SampleRateHz { get; init; }

    /// <summary>How a sample is stored.</summary>
    public PcmEncoding Encoding { get; init; } = PcmEncoding.S16;

    /// <summary>Decodes a damaged version-1 file as far as possible, the damage concealed and reported in the warnings.</summary>
    public bool ConcealDamage { get; init; }
}
