using AudioCodec.Numerics;

namespace AudioCodec.Tests.Numerics;

/// <summary>Floats between sentinels that a kernel must not touch.</summary>
internal sealed unsafe class GuardedArray
{
    private const int Guard = 64;
    private readonly AlignedArray _all;

    public GuardedArray(int length)
    {
        _all = new AlignedArray(length + (2 * Guard));
        _all.Span.Fill(float.NaN);
        Span.Clear();
    }

    public GuardedArray(ReadOnlySpan<float> values)
        : this(values.Length) => values.CopyTo(Span);

    public float* Pointer => _all.Pointer + Guard;

    public Span<float> Span => _all.Span[Guard..^Guard];

    /// <summary>The floats, after a look at the sentinels.</summary>
    public float[] Read()
    {
        foreach (float sentinel in _all.Span[..Guard])
        {
            Assert.True(float.IsNaN(sentinel), "Something was written before the first element.");
        }

        foreach (float sentinel in _all.Span[^Guard..])
        {
            Assert.True(float.IsNaN(sentinel), "Something was written after the last element.");
        }

        return Span.ToArray();
    }

    /// <summary>Random values between -1 and 1.</summary>
    public static float[] Random(int length, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (2 * random.NextSingle()) - 1)];
    }

    /// <summary>Random integers between -<paramref name="largest"/> and <paramref name="largest"/>.</summary>
    public static float[] Integers(int length, int seed, int largest = 8)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (float)random.Next(-largest, largest + 1))];
    }
}
