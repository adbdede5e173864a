using AudioCodec.Numerics;

namespace AudioCodec.Tests.Numerics;

public sealed class WorkShareTests
{
    [Fact]
    public void Of_AnyNumberOfParts_CoversAllItemsOnceAndEvenly()
    {
        for (int items = 0; items <= 40; items++)
        {
            for (int parts = 1; parts <= 9; parts++)
            {
                WorkShare[] shares = [.. Enumerable.Range(0, parts).Select(part => WorkShare.Of(items, part, parts))];
                AssertCovers(shares, items);
                Assert.InRange(shares.Max(s => s.Count) - shares.Min(s => s.Count), 0, 1);
            }
        }
    }

    [Fact]
    public void OfBlocks_AnyNumberOfParts_CutsBetweenBlocksOnly()
    {
        for (int items = 0; items <= 40; items++)
        {
            for (int parts = 1; parts <= 9; parts++)
            {
                WorkShare[] shares = [.. Enumerable.Range(0, parts).Select(part => WorkShare.OfBlocks(items, 7, part, parts))];
                AssertCovers(shares, items);
                Assert.All(shares, share => Assert.True(share.First % 7 == 0 || share.First == items));
            }
        }
    }

    [Fact]
    public void Of_ManyItems_DoesNotOverflow()
    {
        AssertCovers([.. Enumerable.Range(0, 8).Select(part => WorkShare.Of(int.MaxValue, part, 8))], int.MaxValue);
        AssertCovers([.. Enumerable.Range(0, 8).Select(part => WorkShare.OfBlocks(int.MaxValue, 1000, part, 8))], int.MaxValue);
    }

    private static void AssertCovers(WorkShare[] shares, int items)
    {
        int next = 0;
        foreach (WorkShare share in shares)
        {
            Assert.Equal(next, share.First);
            Assert.True(share.Count >= 0);
            next = share.End;
        }

        Assert.Equal(items, next);
    }
}
