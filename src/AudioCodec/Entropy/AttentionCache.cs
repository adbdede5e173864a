namespace AudioCodec.Entropy;

/// <summary>Keys and values of one layer and one sequence over the window of past steps.</summary>
/// <remarks>
/// Position 0 is the zero input before step 0; step t has position t + 1. Positions are stored in consecutive slots: keys as
/// [head][element][slot], values as [slot][head][padded element]. When the slots are full, the window is moved to the front.
/// </remarks>
internal sealed class AttentionCache
{
    private readonly int _heads;
    private readonly int _headWidth;
    private readonly int _window;
    private int _firstPosition;

    /// <param name="heads">Heads H.</param>
    /// <param name="headWidth">Elements per head.</param>
    /// <param name="window">Earlier positions that a step attends to.</param>
    /// <param name="slots">Capacity in positions; at least <paramref name="window"/> plus the steps of one call.</param>
    public AttentionCache(int heads, int headWidth, int window, int slots)
    {
        _heads = heads;
        _headWidth = headWidth;
        _window = window;
        Slots = slots;
        PaddedHeadWidth = (headWidth + 15) / 16 * 16;
        KeyStride = ((slots + 15) / 16 * 16) + 16;
        Keys = new float[(heads * headWidth * KeyStride) + ExactKernels.Slack];
        Values = new float[(slots * heads * PaddedHeadWidth) + ExactKernels.Slack];
    }

    public int Heads => _heads;

    public int HeadWidth => _headWidth;

    public int Slots { get; }

    /// <summary>Elements per head in <see cref="Values"/>: a multiple of 16, the rest zero.</summary>
    public int PaddedHeadWidth { get; }

    /// <summary>Distance between elements in <see cref="Keys"/>.</summary>
    public int KeyStride { get; }

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

        int keep = Math.Min(_window, Count);
        int drop = Count - keep;
        for (int row = 0; row < _heads * _headWidth; row++)
        {
            Keys.AsSpan((row * KeyStride) + drop, keep).CopyTo(Keys.AsSpan(row * KeyStride));
        }

        int width = _heads * PaddedHeadWidth;
        Values.AsSpan(drop * width, keep * width).CopyTo(Values);
        _firstPosition += drop;
        Count = keep;
    }

    /// <summary>Appends one position's key and value, [H * headWidth] each.</summary>
    public void Append(ReadOnlySpan<float> key, ReadOnlySpan<float> value)
    {
        int slot = Count++;
        for (int i = 0; i < key.Length; i++)
        {
            Keys[(i * KeyStride) + slot] = key[i];
        }

        for (int h = 0; h < _heads; h++)
        {
            value.Slice(h * _headWidth, _headWidth).CopyTo(Values.AsSpan(((slot * _heads) + h) * PaddedHeadWidth));
        }
    }
}
