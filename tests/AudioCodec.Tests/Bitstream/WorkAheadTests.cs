using AudioCodec.Bitstream;

namespace AudioCodec.Tests.Bitstream;

public sealed class WorkAheadTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Take_ItemsOfAnyDuration_GivesThemInOrderAndDone(int threads)
    {
        int atWork = 0;
        int most = 0;
        using var ahead = new WorkAhead<Item>(threads, item =>
        {
            int now = Interlocked.Increment(ref atWork);
            InterlockedMax(ref most, now);
            Thread.Sleep(item.Number * 7 % 5);
            Interlocked.Decrement(ref atWork);
            item.Thread = Environment.CurrentManagedThreadId;
        });
        int taken = 0;
        for (int i = 0; i < 100; i++)
        {
            ahead.Add(new Item(i));
            while (ahead.Count > (i == 99 ? 0 : 5))
            {
                Item item = ahead.Take();
                Assert.Equal(taken++, item.Number);
                Assert.NotEqual(0, item.Thread);
                Assert.True(threads > 1 || item.Thread == Environment.CurrentManagedThreadId);
            }
        }

        Assert.Equal(100, taken);
        Assert.InRange(most, 1, threads);
    }

    [Fact]
    public void Take_WhileAnotherThreadIsStuck_DoesTheRestItself()
    {
        using var begun = new ManualResetEventSlim();
        using var others = new CountdownEvent(2);
        int caller = Environment.CurrentManagedThreadId;
        using var ahead = new WorkAhead<Item>(2, item =>
        {
            if (item.Number == 0)
            {
                begun.Set();
                others.Wait(); // Nobody but the caller can work on the other two.
            }
            else
            {
                Assert.Equal(caller, Environment.CurrentManagedThreadId);
                others.Signal();
            }
        });
        ahead.Add(new Item(0));
        begun.Wait(TestContext.Current.CancellationToken);
        ahead.Add(new Item(1));
        ahead.Add(new Item(2));
        Assert.Equal([0, 1, 2], new[] { ahead.Take(), ahead.Take(), ahead.Take() }.Select(item => item.Number));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Take_ItemWhoseWorkFailed_ThrowsInItsPlace(int threads)
    {
        using var ahead = new WorkAhead<Item>(threads, item => _ = item.Number == 1 ? throw new IOException("one") : 0);
        foreach (int i in new[] { 0, 1, 2 })
        {
            ahead.Add(new Item(i));
        }

        Assert.Equal(0, ahead.Take().Number);
        Assert.Equal("one", Assert.Throws<IOException>(ahead.Take).Message);
        Assert.Equal(2, ahead.Take().Number);
    }

    [Fact]
    public void Dispose_WorkUnderWay_WaitsForItAndBeginsNoOther()
    {
        using var first = new ManualResetEventSlim();
        int begun = 0;
        int ended = 0;
        var ahead = new WorkAhead<Item>(2, item =>
        {
            Interlocked.Increment(ref begun);
            first.Set();
            Thread.Sleep(50);
            Interlocked.Increment(ref ended);
            throw new IOException("nobody is told");
        });
        for (int i = 0; i < 1000; i++)
        {
            ahead.Add(new Item(i));
        }

        first.Wait(TestContext.Current.CancellationToken);
        ahead.Dispose();
        int all = begun;
        Assert.InRange(all, 1, 999);
        Assert.Equal((all, 0), (ended, ahead.Count));
        Thread.Sleep(100);
        Assert.Equal(all, begun);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (int seen = Volatile.Read(ref most); seen < value;)
        {
            int before = Interlocked.CompareExchange(ref most, value, seen);
            seen = before == seen ? value : before;
        }
    }

    private sealed record Item(int Number)
    {
        public int Thread { get; set; }
    }
}
