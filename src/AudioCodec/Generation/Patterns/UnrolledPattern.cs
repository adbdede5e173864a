namespace AudioCodec.Generation.Patterns;

/// <summary>The codebooks of a frame in steps after each other ("flattened"); some may share a step, and some be delayed by frames.</summary>
/// <remarks>Source: arXiv 2306.05284, section 2.2 ("flattening", "partial flattening"); the order of steps is AudioCraft's.</remarks>
public sealed class UnrolledPattern : CodebookPattern
{
    private readonly int[] _flattening;
    private readonly int[] _delays;

    /// <summary>Makes the pattern.</summary>
    /// <param name="flattening">For each codebook its step within the frame, not descending; a step that no codebook has stays empty.</param>
    /// <param name="delays">Delay of each codebook, frames, not descending; equal within a step; <see langword="null"/> for none.</param>
    /// <exception cref="ArgumentException">The lists differ in length, descend, or give different delays to the codebooks of a step.</exception>
    public UnrolledPattern(IReadOnlyList<int> flattening, IReadOnlyList<int>? delays = null)
        : base(flattening?.Count ?? 0)
    {
        _flattening = Ascending(flattening!, nameof(flattening)); // The base has refused null.
        _delays = Ascending(delays ?? new int[Codebooks], nameof(delays));
        if (_delays.Length != Codebooks)
        {
            throw new ArgumentException($"{_delays.Length} delays for {Codebooks} codebooks.", nameof(delays));
        }

        if (_flattening.Zip(_delays).Distinct().Count() != _flattening.Distinct().Count())
        {
            throw new ArgumentException($"Codebooks with the same step need the same delay: steps {Text(_flattening)}, delays {Text(_delays)}.", nameof(delays));
        }
    }

    /// <summary>For each codebook its step within the frame.</summary>
    public IReadOnlyList<int> Flattening => _flattening;

    /// <summary>Delay of each codebook, frames.</summary>
    public IReadOnlyList<int> Delays => _delays;

    /// <summary>A step for every code.</summary>
    /// <param name="codebooks">Codebooks K.</param>
    public static UnrolledPattern Flat(int codebooks) => new([.. Enumerable.Range(0, codebooks)]);

    /// <inheritdoc/>
    public override string ToString() => $"unroll {Text(_flattening)} delays {Text(_delays)}";

    /// <inheritdoc/>
    private protected override IEnumerable<IReadOnlyList<CodePlace>> Steps(int frames)
    {
        int last = frames + _delays[^1];
        var steps = new List<(int Time, CodePlace[] Places)>();
        for (int frame = 0; frame < last; frame++)
        {
            for (int inner = 0; inner <= _flattening[^1]; inner++)
            {
                CodePlace[] places = [.. Enumerable.Range(0, Codebooks).Where(q => _flattening[q] == inner).Select(q => new CodePlace(frame, q))];
                int time = frame + (places.Length > 0 ? _delays[places[0].Codebook] : 0);
                if (time < last)
                {
                    steps.Add((time, places));
                }
            }
        }

        // At equal times the reference sorts by what the steps hold: nothing first, then by the first code's frame and codebook.
        return [[], .. steps.OrderBy(step => step.Time).ThenBy(step => step.Places.Length > 0 ? step.Places[0] : new CodePlace(-1, 0)).Select(step => step.Places)];
    }
}
