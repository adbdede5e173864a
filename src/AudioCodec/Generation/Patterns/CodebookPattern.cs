namespace AudioCodec.Generation.Patterns;

/// <summary>How the codes of K codebooks are interleaved into the steps of a sequence; a value, compared by its options.</summary>
/// <remarks>A pattern gives the layout of any number of frames. Source: Simple and Controllable Music Generation (arXiv 2306.05284), section 2.2.</remarks>
public abstract class CodebookPattern : IEquatable<CodebookPattern>
{
    private protected CodebookPattern(int codebooks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(codebooks, 1);
        Codebooks = codebooks;
    }

    /// <summary>Codebooks, K.</summary>
    public int Codebooks { get; }

    /// <summary>Places the codes of a number of frames.</summary>
    /// <param name="frames">Frames F, at least 1.</param>
    public PatternLayout Layout(int frames)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 1);
        return new PatternLayout(Codebooks, frames, Steps(frames));
    }

    /// <summary>The pattern with all its options, as one line; equal for equal patterns only.</summary>
    public abstract override string ToString();

    /// <inheritdoc/>
    public bool Equals(CodebookPattern? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as CodebookPattern);

    /// <inheritdoc/>
    public sealed override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>The places of each step, in order; frames beyond <paramref name="frames"/> may be named, and hold no code.</summary>
    private protected abstract IEnumerable<IReadOnlyList<CodePlace>> Steps(int frames);

    /// <summary>Delays that do not descend, one for each codebook, as the patterns need them.</summary>
    private protected static int[] Ascending(IReadOnlyList<int> numbers, string parameter)
    {
        ArgumentNullException.ThrowIfNull(numbers, parameter);
        for (int i = 0; i < numbers.Count; i++)
        {
            if (numbers[i] < (i == 0 ? 0 : numbers[i - 1]))
            {
                throw new ArgumentException($"[{string.Join(", ", numbers)}]: numbers from 0 that do not descend are expected.", parameter);
            }
        }

        return [.. numbers];
    }

    private protected static string Text(IEnumerable<int> numbers) => $"[{string.Join(", ", numbers)}]";
}
