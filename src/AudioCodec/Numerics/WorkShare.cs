namespace AudioCodec.Numerics;

/// <summary>One thread's share of some items: the run from <paramref name="First"/> to <paramref name="End"/> - 1.</summary>
/// <param name="First">First item.</param>
/// <param name="End">Item after the last.</param>
internal readonly record struct WorkShare(int First, int End)
{
    /// <summary>Number of items; may be 0.</summary>
    public int Count => End - First;

    /// <summary>Share <paramref name="part"/> of <paramref name="parts"/>. Together they cover all items once; their lengths differ by at most one.</summary>
    public static WorkShare Of(int items, int part, int parts) =>
        new((int)((long)items * part / parts), (int)((long)items * (part + 1) / parts));

    /// <summary>Length of the shares when items are taken in equal ones, as near to a usual length as they divide, at most half as many again; the last may be shorter.</summary>
    /// <param name="items">Items in all; at least 0, and as many as a header may claim.</param>
    /// <param name="usual">The usual length, at least 1.</param>
    public static int EqualLength(long items, int usual)
    {
        items = Math.Max(1, items);
        long shares = Math.Max(1, (items / usual) + (items % usual >= usual / 2 ? 1 : 0));
        return (int)(((items - 1) / shares) + 1);
    }

    /// <summary>As <see cref="Of"/> in whole blocks of <paramref name="blockLength"/> items; the last block may be shorter.</summary>
    public static WorkShare OfBlocks(int items, int blockLength, int part, int parts)
    {
        WorkShare blocks = Of((int)(((long)items + blockLength - 1) / blockLength), part, parts);
        return new((int)Math.Min(items, (long)blocks.First * blockLength), (int)Math.Min(items, (long)blocks.End * blockLength));
    }
}
