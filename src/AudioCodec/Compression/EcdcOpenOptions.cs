using AudioCodec.Bitstream;

namespace AudioCodec.Compression;

/// <summary>How a file is decoded.</summary>
public sealed record EcdcOpenOptions
{
    /// <summary>Threads of the engine, at least 1; the samples do not depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>First sample to give, at the model's rate (version 1).</summary>
    public long StartSample { get; init; }

    /// <summary>What to do about damage (version 1).</summary>
    public DamagePolicy Damage { get; init; }
}
