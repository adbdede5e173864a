using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Compression;

/// <summary>How to compress.</summary>
public sealed record CompressionOptions
{
    /// <summary>Bandwidth, kbit/s: one of those that the model offers.</summary>
    public double BandwidthKbps { get; init; } = 6;

    /// <summary>Threads of the engine, at least 1; the result does not depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Partial sums that the residual search keeps per frame, 1 (greedy) to 64; <see langword="null"/> for the model's <see cref="Codecs.Configuration.EncodecConfig.SearchWidth"/>.</summary>
    public int? SearchWidth { get; init; }

    /// <summary>What a version-1 file carries; <see langword="null"/> for a version-0 file, as the reference writes it.</summary>
    public Version1Options? Version1 { get; init; }
}
