namespace AudioCodec.Metrics;

/// <summary>Counts which codes a codec uses, level by level.</summary>
/// <remarks>
/// The perplexity of a level is 2 to the power of its entropy in bits: the number of equally frequent codes with the same
/// entropy. 1 means a collapsed level, the codebook size uniform use. Levels without codes give NaN.
/// </remarks>
public sealed class CodebookUsage
{
    private readonly long[] _counts;

    /// <summary>Starts empty.</summary>
    /// <param name="codebooks">Levels K.</param>
    /// <param name="codebookSize">Entries N of each.</param>
    public CodebookUsage(int codebooks, int codebookSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(codebooks, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(codebookSize, 1);
        (Codebooks, CodebookSize) = (codebooks, codebookSize);
        _counts = new long[(long)codebooks * codebookSize];
    }

    /// <summary>Levels K.</summary>
    public int Codebooks { get; }

    /// <summary>Entries N of each codebook.</summary>
    public int CodebookSize { get; }

    /// <summary>Counts the codes of some frames.</summary>
    /// <param name="codes">[F, k] frame-major.</param>
    /// <param name="codebooks">Levels k in <paramref name="codes"/>, at most <see cref="Codebooks"/>.</param>
    /// <exception cref="ArgumentException">Length or levels disagree, or a code is not below <see cref="CodebookSize"/>.</exception>
    public void Add(ReadOnlySpan<ushort> codes, int codebooks)
    {
        if (codebooks < 1 || codebooks > Codebooks || codes.Length % codebooks != 0)
        {
            throw new ArgumentException($"{codes.Length} codes of {codebooks} levels; this counter has {Codebooks} levels.", nameof(codes));
        }

        for (int i = 0; i < codes.Length; i++)
        {
            if (codes[i] >= CodebookSize)
            {
                throw new ArgumentException($"Code {codes[i]} at {i} is not below the codebook size {CodebookSize}.", nameof(codes));
            }

            _counts[(i % codebooks * CodebookSize) + codes[i]]++;
        }
    }

    /// <summary>Adds the counts of another counter of the same shape.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void Add(CodebookUsage other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Codebooks != Codebooks || other.CodebookSize != CodebookSize)
        {
            throw new ArgumentException($"{other.Codebooks} x {other.CodebookSize} codes cannot be added to {Codebooks} x {CodebookSize}.", nameof(other));
        }

        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }
    }

    /// <summary>Perplexity of every level, 1 to N; NaN where nothing was counted.</summary>
    public double[] Perplexities() => [.. Enumerable.Range(0, Codebooks).Select(Perplexity)];

    /// <summary>How many different codes every level has seen, 0 to N.</summary>
    public int[] DistinctCodes() =>
        [.. Enumerable.Range(0, Codebooks).Select(level => CodebookSize - _counts.AsSpan(level * CodebookSize, CodebookSize).Count(0))];

    private double Perplexity(int level)
    {
        ReadOnlySpan<long> counts = _counts.AsSpan(level * CodebookSize, CodebookSize);
        double total = 0, weighted = 0;
        foreach (long count in counts)
        {
            total += count;
            weighted += count == 0 ? 0 : count * Math.Log(count);
        }

        return total == 0 ? double.NaN : Math.Exp(Math.Log(total) - (weighted / total));
    }
}
