namespace AudioCodec.Numerics;

/// <summary>
/// Operations on a layer's output that are deferred to the pass that reads it next: normalization, and the addition of
/// other rows of the same shape. None by default.
/// </summary>
internal unsafe readonly struct Unfinished
{
    /// <summary>The output's normalization, with its statistics measured; the other members are not used without one.</summary>
    public GroupNorm? Norm { get; init; }

    /// <summary>Rows to add, or null.</summary>
    public float* Added { get; init; }

    /// <summary>The normalization of the rows to add, of as many channels, or <see langword="null"/>.</summary>
    public GroupNorm? AddedNorm { get; init; }
}
