namespace AudioCodec.Generation.Patterns;

/// <summary>Each codebook some steps later than the frame it belongs to; without delays, all codebooks of a frame side by side.</summary>
/// <remarks>
/// Step s holds frame s - 1 - delay of a codebook, after a first step without codes. Source: arXiv 2306.05284, section 2.2 ("delay", "parallel");
/// AudioGen's multi-stream variant is the parallel one (arXiv 2209.15352, section 3.2).
/// </remarks>
public sealed class DelayPattern : CodebookPattern
{
    private readonly int[] _delays;

    /// <summary>Makes the pattern.</summary>
    /// <param name="delays">Delay of each codebook, steps, not descending.</param>
    /// <param name="flattenFirst">Frames at the beginning whose codes have a step each.</param>
    /// <param name="emptyInitial">Further steps without codes at the beginning; -1 to leave out the first one too, which suits no generation.</param>
    /// <exception cref="ArgumentException">The delays descend, or a number is out of range.</exception>
    public DelayPattern(IReadOnlyList<int> delays, int flattenFirst = 0, int emptyInitial = 0)
        : base(delays?.Count ?? 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(flattenFirst);
        ArgumentOutOfRangeException.ThrowIfLessThan(emptyInitial, -1);
        _delays = Ascending(delays!, nameof(delays)); // The base has refused null.
        FlattenFirst = flattenFirst;
        EmptyInitial = emptyInitial;
    }

    /// <summary>Delay of each codebook, steps.</summary>
    public IReadOnlyList<int> Delays => _delays;

    /// <summary>Frames at the beginning whose codes have a step each.</summary>
    public int FlattenFirst { get; }

    /// <summary>Further steps without codes at the beginning, or -1.</summary>
    public int EmptyInitial { get; }

    /// <summary>Each codebook one step later than the one before, as in the published mono models.</summary>
    /// <param name="codebooks">Codebooks K.</param>
    public static DelayPattern Standard(int codebooks) => new([.. Enumerable.Range(0, codebooks)]);

    /// <summary>Left and right codebooks in turns, each pair one step later than the one before, as in the published stereo models.</summary>
    /// <param name="codebooks">Codebooks of both sides together; place 2k is the left side's codebook k, 2k + 1 the right side's.</param>
    public static DelayPattern Stereo(int codebooks) => new([.. Enumerable.Range(0, codebooks).Select(codebook => codebook / 2)]);

    /// <summary>All codebooks of a frame side by side.</summary>
    /// <param name="codebooks">Codebooks K.</param>
    /// <param name="emptyInitial">As <see cref="EmptyInitial"/>.</param>
    public static DelayPattern Parallel(int codebooks, int emptyInitial = 0) => new(new int[codebooks], emptyInitial: emptyInitial);

    /// <inheritdoc/>
    public override string ToString() => $"delay {Text(_delays)} flatten_first {FlattenFirst} empty_initial {EmptyInitial}";

    /// <inheritdoc/>
    private protected override IEnumerable<IReadOnlyList<CodePlace>> Steps(int frames)
    {
        for (int empty = 0; empty <= EmptyInitial; empty++)
        {
            yield return [];
        }

        for (int flat = 0; flat < Math.Min(frames, FlattenFirst) * Codebooks; flat++)
        {
            yield return [new CodePlace(flat / Codebooks, flat % Codebooks)];
        }

        for (int frame = FlattenFirst; frame < frames + _delays[^1]; frame++)
        {
            yield return [.. Enumerable.Range(0, Codebooks).Where(q => frame - _delays[q] >= FlattenFirst).Select(q => new CodePlace(frame - _delays[q], q))];
        }
    }
}
