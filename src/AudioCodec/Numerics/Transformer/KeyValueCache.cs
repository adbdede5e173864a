namespace AudioCodec.Numerics.Transformer;

/// <summary>Keys and values of one attention layer for a batch of sequences, laid out for products with queries and with weights.</summary>
/// <remarks>
/// For self-attention every step appends its own; for cross-attention (or an encoder) they are appended once. All sequences hold as many positions;
/// where one is shorter than the others, <see cref="Limit"/> hides its padding. Memory: 8 bytes per sequence, head, element and position of the capacity.
/// </remarks>
internal sealed unsafe class KeyValueCache
{
    private readonly PackedMatrix[] _keys;
    private readonly PackedMatrix[] _values;
    private readonly int[] _limits;

    /// <summary>Makes an empty cache.</summary>
    /// <param name="sequences">Sequences B.</param>
    /// <param name="heads">Heads H.</param>
    /// <param name="headWidth">Elements per head.</param>
    /// <param name="capacity">Positions that it can hold.</param>
    public KeyValueCache(int sequences, int heads, int headWidth, int capacity)
    {
        Heads = heads;
        HeadWidth = headWidth;
        Capacity = capacity;
        int panels = Math.Max(1, (capacity + PackedMatrix.PanelColumns - 1) / PackedMatrix.PanelColumns);
        int positions = panels * PackedMatrix.PanelColumns;
        _keys = [.. Enumerable.Range(0, sequences * heads).Select(_ => new PackedMatrix(headWidth, positions, maySlim: false))];
        _values = [.. Enumerable.Range(0, sequences * heads).Select(_ => new PackedMatrix(positions, headWidth, maySlim: false))];
        _limits = new int[sequences];
        Clear();
    }

    /// <summary>Sequences B.</summary>
    public int Sequences => _limits.Length;

    /// <summary>Heads H.</summary>
    public int Heads { get; }

    /// <summary>Elements per head.</summary>
    public int HeadWidth { get; }

    /// <summary>Positions that it can hold.</summary>
    public int Capacity { get; }

    /// <summary>Positions held.</summary>
    public int Count { get; private set; }

    /// <summary>Adds positions to every sequence.</summary>
    /// <param name="keys">Row b * count + t is the key of sequence b's position t, [H * head width].</param>
    /// <param name="values">The same of the values.</param>
    /// <param name="stride">Floats from one row to the next, of both.</param>
    /// <param name="count">Positions per sequence.</param>
    /// <exception cref="ArgumentOutOfRangeException">They exceed the capacity.</exception>
    public void Append(float* keys, float* values, nint stride, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Capacity - Count);
        for (int row = 0; row < Sequences * count; row++)
        {
            int position = Count + (row % count);
            for (int head = 0; head < Heads; head++)
            {
                int matrix = (row / count * Heads) + head;
                nint at = (row * stride) + (head * HeadWidth);
                _keys[matrix].SetColumn(position, new ReadOnlySpan<float>(keys + at, HeadWidth));
                _values[matrix].SetRow(position, new ReadOnlySpan<float>(values + at, HeadWidth));
            }
        }

        Count += count;
    }

    /// <summary>Hides all positions of a sequence from <paramref name="positions"/> on.</summary>
    public void Limit(int sequence, int positions)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(positions);
        _limits[sequence] = positions;
    }

    /// <summary>Positions of a sequence that queries may see.</summary>
    public int Visible(int sequence) => Math.Min(Count, _limits[sequence]);

    /// <summary>Removes all positions and limits.</summary>
    public void Clear()
    {
        Count = 0;
        Array.Fill(_limits, int.MaxValue);
    }

    /// <summary>Keys of one head, [head width, positions]: a product with queries gives scores.</summary>
    internal PackedMatrix Keys(int sequence, int head) => _keys[(sequence * Heads) + head];

    /// <summary>Values of one head, [positions, head width]: a product with weights gives outputs.</summary>
    internal PackedMatrix Values(int sequence, int head) => _values[(sequence * Heads) + head];
}
