namespace AudioCodec.Generation.Patterns;

/// <summary>The first codebook of all frames, then the others side by side, each with its delay.</summary>
/// <remarks>Where the others begin depends on the number of frames: a model needs the number that it was trained with. Source: arXiv 2306.05284, section 2.2.</remarks>
public sealed class CoarseFirstPattern : CodebookPattern
{
    private readonly int[] _delays;

    /// <summary>Makes the pattern.</summary>
    /// <param name="delays">Delays of the codebooks after the first, steps, not descending.</param>
    /// <exception cref="ArgumentException">The delays descend.</exception>
    public CoarseFirstPattern(IReadOnlyList<int> delays)
        : base((delays?.Count ?? throw new ArgumentNullException(nameof(delays))) + 1) =>
        _delays = Ascending(delays, nameof(delays));

    /// <summary>Makes the pattern without delays.</summary>
    /// <param name="codebooks">Codebooks K.</param>
    public CoarseFirstPattern(int codebooks)
        : this(new int[Math.Max(0, codebooks - 1)])
    {
    }

    /// <summary>Delays of the codebooks after the first, steps.</summary>
    public IReadOnlyList<int> Delays => _delays;

    /// <inheritdoc/>
    public override string ToString() => $"coarse_first {Text(_delays)}";

    /// <inheritdoc/>
    private protected override IEnumerable<IReadOnlyList<CodePlace>> Steps(int frames)
    {
        yield return [];
        for (int frame = 0; frame < frames; frame++)
        {
            yield return [new CodePlace(frame, 0)];
        }

        for (int frame = 0; _delays.Length > 0 && frame < frames + _delays[^1]; frame++)
        {
            yield return [.. Enumerable.Range(0, _delays.Length).Where(i => frame >= _delays[i]).Select(i => new CodePlace(frame - _delays[i], i + 1))];
        }
    }
}
