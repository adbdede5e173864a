namespace AudioCodec.Numerics;

/// <summary>
/// What is still to be done to a layer's output, and is done in the pass that reads it next: normalization, and the addition of
/// other rows of the same shape. Nothing of it by default.
/// </summary>
internal unsafe readonly struct Unfinished
{
    /// <summary>The output's normalization, measured; the rest is not used without one.</summary>
    public GroupNorm? Norm { get; init; }

    /// <summary>Rows to add, or null.</summary>
    public float* Added { get; init; }

    /// <summary>The normalization of the rows to add, of as many channels, or <see langword="null"/>.</summary>
    public GroupNorm? AddedNorm { get; init; }
}
