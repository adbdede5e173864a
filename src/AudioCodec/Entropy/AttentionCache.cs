namespace AudioCodec.Entropy;

/// <summary>Keys and values of one layer and one sequence over the window of past steps.</summary>
/// <remarks>
/// Position 0 is the zero input before step 0; step t has position t + 1. Positions are stored in consecutive slots: keys as
/// [block of 16 slots][head][element][slot of the block], so that scores are computed for 16 slots at a time and memory is read in order,
/// values as [slot][head][padded element]. When the slots are full, the window is moved to the front by whole blocks.
/// </remarks>
internal sealed class AttentionCache
{
    /// <summary>Slots per block of keys.</summary>
    public const int BlockSlots = 16;

    private readonly int _heads;
    private readonly int _headWidth;
    private readonly int _window;
    private int _firstPosition;

    /// <param name="heads">Heads H.</param>
    /// <param name="headWidth">Elements per head.</param>
    /// <param name="window">Earlier positions that a step attends to.</param>
    /// <param name="slots">Capacity in positions; at least <paramref name="window"/> plus a block plus the steps of one call.</param>
    public AttentionCache(int heads, int headWidth, int window, int slots)
    {
        _heads = heads;
        _headWidth = headWidth;
        _window = window;
        Slots = slots;
        PaddedHeadWidth = (headWidth + 15) / 16 * 16;
        KeyBlock = heads * headWidth * BlockSlots;
        Keys = new float[(slots + BlockSlots - 1) / BlockSlots * KeyBlock];
        Values = new float[(slots * heads * PaddedHeadWidth) + ExactKernels.Slack];
    }

    public int Heads => _heads;

    public int HeadWidth => _headWidth;

    public int Slots { get; }

    /// <summary>Elements per head in <see cref="Values"/>: a multiple of 16, the rest zero.</summary>
    public int PaddedHeadWidth { get; }

    /// <summary>Floats of a block of <see cref="Keys"/>.</summary>
    public int KeyBlock { get; }

    public float[] Keys { get; }

    public float[] Values { get; }

    /// <summary>Positions held.</summary>
    public int Count { get; private set; }

    /// <summary>Empties the cache.</summary>
    public void Clear()
    {
        Count = 0;
        _firstPosition = 0;
    }

    /// <summary>Slot of the first position that the step at <paramref name="position"/> attends to.</summary>
    public int WindowStart(int position) => Math.Max(position - _window, 0) - _firstPosition;

    /// <summary>Slot of a position.</summary>
    public int SlotOf(int position) => position - _firstPosition;

    /// <summary>Makes room for <paramref name="steps"/> positions, dropping those that no later step attends to.</summary>
    public void MakeRoom(int steps)
    {
        if (Count + steps <= Slots)
        {
            return;
        }

        int blocks = (Count - Math.Min(_window, Count)) / BlockSlots;
        int drop = blocks * BlockSlots;
        int width = _heads * PaddedHeadWidth;
        Keys.AsSpan(blocks * KeyBlock).CopyTo(Keys);
        Values.AsSpan(drop * width, (Count - drop) * width).CopyTo(Values);
        _firstPosition += drop;
        Count -= drop;
    }

    /// <summary>Appends one position's key and value, [H * headWidth] each.</summary>
    public void Append(ReadOnlySpan<float> key, ReadOnlySpan<float> value)
    {
        int slot = Count++;
        Span<float> block = Keys.AsSpan(slot / BlockSlots * KeyBlock, KeyBlock);
        for (int i = 0, at = slot % BlockSlots; i < key.Length; i++, at += BlockSlots)
        {
            block[at] = key[i];
        }

        for (int h = 0; h < _heads; h++)
        {
            value.Slice(h * _headWidth, _headWidth).CopyTo(Values.AsSpan(((slot * _heads) + h) * PaddedHeadWidth));
        }
    }
}
