namespace AudioCodec.Generation.Patterns;

/// <summary>A step for every code: the first few codebooks of all frames, then the next few.</summary>
/// <remarks>Source: MusicLM (arXiv 2301.11325), section 3, coarse and fine acoustic tokens; order as in AudioCraft.</remarks>
public sealed class MusicLmPattern : CodebookPattern
{
    /// <summary>Makes the pattern.</summary>
    /// <param name="codebooks">Codebooks K.</param>
    /// <param name="groupBy">Codebooks that come together; the last group has what is left.</param>
    public MusicLmPattern(int codebooks, int groupBy = 2)
        : base(codebooks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groupBy, 1);
        GroupBy = groupBy;
    }

    /// <summary>Codebooks that come together.</summary>
    public int GroupBy { get; }

    /// <inheritdoc/>
    public override string ToString() => $"music_lm {Codebooks} group_by {GroupBy}";

    /// <inheritdoc/>
    private protected override IEnumerable<IReadOnlyList<CodePlace>> Steps(int frames)
    {
        yield return [];
        for (int first = 0; first < Codebooks; first += GroupBy)
        {
            for (int frame = 0; frame < frames; frame++)
            {
                for (int codebook = first; codebook < Math.Min(first + GroupBy, Codebooks); codebook++)
                {
                    yield return [new CodePlace(frame, codebook)];
                }
            }
        }
    }
}
