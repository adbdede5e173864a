using AudioCodec.Numerics.Transformer;

namespace AudioCodec.Tests.Numerics.Transformer;

public sealed unsafe class KeyValueCacheTests
{
    [Fact]
    public void Append_BeyondTheCapacity_Throws()
    {
        KeyValueCache cache = new(sequences: 1, heads: 2, headWidth: 3, capacity: 4);
        GuardedArray rows = new(5 * 6);
        cache.Append(rows.Pointer, rows.Pointer, 6, 4);
        Assert.Equal(4, cache.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Append(rows.Pointer, rows.Pointer, 6, 1));
    }

    [Fact]
    public void Limit_HidesTheLastPositionsOfOneSequence()
    {
        KeyValueCache cache = new(2, 1, 1, 8);
        GuardedArray rows = new(10);
        cache.Append(rows.Pointer, rows.Pointer, 1, 5);
        cache.Limit(1, 3);
        Assert.Equal([5, 3], [cache.Visible(0), cache.Visible(1)]);
        cache.Clear();
        cache.Append(rows.Pointer, rows.Pointer, 1, 4);
        Assert.Equal([4, 4], [cache.Visible(0), cache.Visible(1)]);
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Limit(0, -1));
    }

    [Fact]
    public void Append_Again_AllocatesNothing()
    {
        KeyValueCache cache = new(2, 2, 8, 100);
        GuardedArray rows = new(2 * 16);
        SteadyState.AssertAllocatesNothing(() => cache.Append(rows.Pointer, rows.Pointer, 16, 1));
    }
}
