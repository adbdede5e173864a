using AudioCodec.Audio;

namespace AudioCodec;

/// <summary>How a file is decompressed to WAV.</summary>
public sealed record DecompressionOptions
{
    /// <summary>Start of the part to decompress.</summary>
    public TimeSpan Start { get; init; }

    /// <summary>Length of the part; <see langword="null"/> for the rest of the recording.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Rate of the output; <see langword="null"/> for the model's.</summary>
    public int? SampleRateHz { get; init; }

    /// <summary>How a sample is stored.</summary>
    public PcmEncoding Encoding { get; init; } = PcmEncoding.S16;

    /// <summary>Whether a damaged version-1 file is decoded as far as possible, with damage concealed and reported in the warnings.</summary>
    public bool ConcealDamage { get; init; }
}
