namespace AudioCodec.Tests.Numerics;

/// <summary>Calls that allocate nothing once their scratch has its size.</summary>
internal static class SteadyState
{
    /// <summary>Fails if every one of several calls allocates. One that does not is enough: the runtime may allocate at a first contention or wait.</summary>
    public static void AssertAllocatesNothing(Action action)
    {
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 10 && least > 0; attempt++)
        {
            action();
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
