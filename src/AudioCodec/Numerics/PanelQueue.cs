namespace AudioCodec.Numerics;

/// <summary>The panels of a product, taken a few at a time by threads that get through at different speeds.</summary>
/// <remarks>
/// Each part has a run of panels of its own, which it takes in order, as the processor's prefetching likes best; what is left of it then goes to parts that are
/// through with theirs. Memory rarely serves two processors alike: one waits for the other where the halves are fixed.
/// </remarks>
/// <param name="parts">Number of parts, at least 1.</param>
internal sealed class PanelQueue(int parts)
{
    // Of a size that takes some microseconds to read.
    private const int LeastBytes = 64 << 10;

    // Counters in cache lines of their own.
    private const int Apart = 16;
    private readonly int[] _taken = new int[parts * Apart];
    private int _panels;
    private int _together;

    /// <summary>Fills the queue. Nobody may be taking meanwhile.</summary>
    /// <param name="panels">Number of panels.</param>
    /// <param name="panelBytes">Bytes of a panel.</param>
    public void Fill(int panels, long panelBytes)
    {
        _panels = panels;
        _together = (int)Math.Clamp(LeastBytes / panelBytes, 1, panels);
        Array.Clear(_taken);
    }

    /// <summary>Takes the next panels; false where there are none.</summary>
    /// <param name="part">Which part takes them, 0 to the number of parts - 1.</param>
    /// <param name="taken">Receives the panels.</param>
    public bool TryTake(int part, out WorkShare taken)
    {
        for (int i = 0; i < parts; i++)
        {
            int owner = (part + i) % parts;
            WorkShare own = WorkShare.Of(_panels, owner, parts);
            int first = own.First + ((Interlocked.Increment(ref _taken[owner * Apart]) - 1) * _together);
            if (first < own.End)
            {
                taken = new WorkShare(first, Math.Min(own.End, first + _together));
                return true;
            }
        }

        taken = default;
        return false;
    }
}
