using AudioCodec.Generation.Patterns;
using AudioCodec.Generation.Sampling;

namespace AudioCodec.Generation.Takes;

/// <summary>How the takes of a batch are made.</summary>
internal sealed record TakeSettings
{
    /// <summary>How the model's codebooks are interleaved.</summary>
    public required CodebookPattern Pattern { get; init; }

    /// <summary>Frames of a take, those of <see cref="Prompt"/> included.</summary>
    public required long Frames { get; init; }

    /// <summary>Most frames made in one go.</summary>
    public required int WindowFrames { get; init; }

    /// <summary>Frames from one window to the next.</summary>
    public required int StrideFrames { get; init; }

    /// <summary>How tokens are chosen.</summary>
    public required SamplingSettings Sampling { get; init; }

    /// <summary>Scale of the guidance; 1 for none.</summary>
    public float Guidance { get; init; } = 1;

    /// <summary>Codes that the takes begin with, [P, K].</summary>
    public ReadOnlyMemory<ushort> Prompt { get; init; }

    /// <summary>
    /// Whether each window makes as many more frames as its last codebook is behind, which are dropped, so that none is made from steps that training does not
    /// have; without, windows end as the reference's do.
    /// </summary>
    public bool ExtraFrames { get; init; } = true;

    /// <summary>Threads to use, at least 1; the codes do not depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Path or name of the weights, for messages.</summary>
    public required string Weights { get; init; }
}
