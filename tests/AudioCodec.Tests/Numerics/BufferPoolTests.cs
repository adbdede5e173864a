using AudioCodec.Numerics;

namespace AudioCodec.Tests.Numerics;

/// <summary>Scratch memory that layers share.</summary>
public sealed unsafe class BufferPoolTests
{
    [Fact]
    public void Rent_AfterReturn_GivesTheSmallestThatFits()
    {
        BufferPool pool = new();
        AlignedArray large = pool.Rent(100_000);
        AlignedArray small = pool.Rent(60_000);
        Assert.True(large.Length >= 100_000 && small.Length is >= 60_000 and < 100_000);
        pool.Return(large);
        pool.Return(small);
        Assert.Same(small, pool.Rent(59_000));
        Assert.Same(large, pool.Rent(59_000));
        Assert.NotSame(large, pool.Rent(59_000));
    }

    [Fact]
    public void Rent_MuchSmaller_LeavesTheLargeOne()
    {
        BufferPool pool = new();
        AlignedArray large = pool.Rent(1_000_000);
        pool.Return(large);
        Assert.NotSame(large, pool.Rent(10_000));
        Assert.Same(large, pool.Rent(1_000_000));
    }

    [Fact]
    public void RowBuffers_OfOnePool_UseTheSameMemoryInTurn()
    {
        BufferPool pool = new();
        RowBuffer first = new(32, pool);
        RowBuffer second = new(16, pool);
        first.Append(Enumerable.Range(0, 64_000).Select(i => (float)i).ToArray());
        float* address = first.Pointer;
        first.RemoveFirst(1998);
        first.Shrink();
        Assert.Equal(Enumerable.Range(63_936, 64).Select(i => (float)i), first.Rows.ToArray());
        Assert.True(second.Append(4000) == address);
        second.Release();
        Assert.Equal(0, second.Count);
        first.Append(1998);
        Assert.True(first.Pointer == address);
        Assert.Equal(63_936f, first.Rows[0]);
    }
}
