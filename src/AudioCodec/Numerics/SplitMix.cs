namespace AudioCodec.Numerics;

/// <summary>SplitMix64: a small random generator whose whole state is one number, so that a run can be resumed exactly.</summary>
/// <remarks>Source: Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators (2014). Not for secrets.</remarks>
/// <param name="seed">Start of the sequence.</param>
public sealed class SplitMix(ulong seed)
{
    /// <summary>The state; setting it continues a sequence.</summary>
    public ulong State { get; set; } = seed;

    /// <summary>A generator for one item of one step of a run; the same numbers give the same sequence.</summary>
    public static SplitMix For(long seed, long step, long item)
    {
        ulong state = Mix((ulong)seed + 0x9E3779B97F4A7C15);
        state = Mix(state ^ ((ulong)step * 0xD1B54A32D192ED03));
        return new SplitMix(Mix(state ^ ((ulong)item * 0x8CB92BA72F3D8DD7)));
    }

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        State += 0x9E3779B97F4A7C15;
        return Mix(State);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double NextDouble(double low, double high) => low + ((high - low) * NextDouble());

    /// <summary>Uniform in 0 to <paramref name="count"/> - 1.</summary>
    public long NextInt64(long count) => (long)UInt128.Min((UInt128)Next() * (UInt128)count >> 64, (UInt128)(count - 1));

    /// <summary>An index into <paramref name="weights"/>, drawn with probability proportional to its weight.</summary>
    public int NextIndex(IReadOnlyList<double> weights)
    {
        double point = NextDouble() * weights.Sum();
        int index = 0;
        while (index < weights.Count - 1 && point >= weights[index])
        {
            point -= weights[index++];
        }

        return index;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
