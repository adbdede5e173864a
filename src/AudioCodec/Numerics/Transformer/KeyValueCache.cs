using AudioCodec.Numerics.Vectors;

namespace AudioCodec.Numerics.Transformer;

/// <summary>Keys and values of one attention layer for a batch of sequences, laid out for products with queries and with weights.</summary>
/// <remarks>
/// For self-attention every step appends its own; for cross-attention (or an encoder) they are appended once. All sequences hold as many positions;
/// where one is shorter than the others, <see cref="Limit"/> hides its padding. Memory: 8 bytes per sequence, head, element and position of the capacity; a compact
/// one takes half of that: a position's key, and its value, of a head are integers times a power of two, such that the largest has 15 bits.
/// Layout: head after head. Keys in panels of two vectors of positions, [head width, positions of the panel]; values in panels of two vectors of
/// elements, [positions of the capacity, elements of the panel]; a last panel of one vector where that is enough.
/// </remarks>
internal sealed unsafe class KeyValueCache
{
    private readonly AlignedArray _keys;
    private readonly AlignedArray _values;
    private readonly AlignedArray _units;
    private readonly nint _headKeys;
    private readonly nint _headValues;
    private readonly int[] _limits;

    /// <summary>Makes an empty cache.</summary>
    /// <param name="sequences">Sequences B.</param>
    /// <param name="heads">Heads H.</param>
    /// <param name="headWidth">Elements per head.</param>
    /// <param name="capacity">Positions that it can hold.</param>
    /// <param name="compact">Whether keys and values are kept in 16 bits.</param>
    public KeyValueCache(int sequences, int heads, int headWidth, int capacity, bool compact = false)
    {
        int perWord = compact ? 2 : 1;
        IsCompact = compact;
        Heads = heads;
        HeadWidth = headWidth;
        Capacity = capacity;
        Positions = Math.Max(1, (capacity + PanelColumns - 1) / PanelColumns) * PanelColumns;
        int valueVector = Simd.Lanes * perWord;
        ValueWidth = (headWidth + valueVector - 1) / valueVector * valueVector;
        _headKeys = headWidth * (Positions / perWord);
        _headValues = ValueWidth * (Positions / perWord);
        _keys = new AlignedArray(checked((int)(sequences * heads * _headKeys)));
        _values = new AlignedArray(checked((int)(sequences * heads * _headValues)));
        _units = compact ? new AlignedArray(checked(sequences * heads * 2 * Positions)) : AlignedArray.Empty;
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

    /// <summary>Whether keys and values are kept in 16 bits.</summary>
    public bool IsCompact { get; }

    /// <summary>Positions held.</summary>
    public int Count { get; private set; }

    /// <summary>Positions, or elements, of a panel.</summary>
    internal static int PanelColumns => 2 * Simd.Lanes;

    /// <summary>The capacity in whole panels.</summary>
    internal int Positions { get; }

    /// <summary>Elements per head in whole vectors; of a compact cache, in whole pairs of vectors.</summary>
    internal int ValueWidth { get; }

    /// <summary>Adds positions to every sequence.</summary>
    /// <param name="keys">Row b * count + t is the key of sequence b's position t, [H * head width].</param>
    /// <param name="values">The same of the values.</param>
    /// <param name="stride">Floats from one row to the next, of both.</param>
    /// <param name="count">Positions per sequence.</param>
    /// <exception cref="ArgumentOutOfRangeException">They exceed the capacity.</exception>
    public void Append(float* keys, float* values, nint stride, int count)
    {
        Extend(count);
        for (int item = 0; item < Sequences * Heads; item++)
        {
            Write(item / Heads, item % Heads, keys, values, stride, count);
        }
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

    /// <summary>Makes room for positions that <see cref="Write"/> fills, head by head.</summary>
    internal void Extend(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Capacity - Count);
        Count += count;
    }

    /// <summary>Writes the last <paramref name="count"/> positions of one head; see <see cref="Append"/>.</summary>
    internal void Write(int sequence, int head, float* keys, float* values, nint stride, int count)
    {
        AttentionBlock block = Head(sequence, head);
        nint from = (sequence * count * stride) + (head * HeadWidth);
        for (int t = 0; t < count; t++, from += stride)
        {
            int position = Count - count + t;
            if (IsCompact)
            {
                Simd.Run(new StoreCall(keys + from, values + from, block, position));
                continue;
            }

            float* key = block.Keys + ((nint)position / PanelColumns * PanelColumns * HeadWidth) + (position % PanelColumns);
            for (int i = 0; i < HeadWidth; i++)
            {
                key[i * PanelColumns] = keys[from + i];
            }

            for (int first = 0; first < HeadWidth; first += PanelColumns)
            {
                int width = Math.Min(PanelColumns, ValueWidth - first);
                new ReadOnlySpan<float>(values + from + first, Math.Min(width, HeadWidth - first))
                    .CopyTo(new Span<float>(block.Values + ((nint)first * Positions) + (position * width), width));
            }
        }
    }

    /// <summary>Addresses the keys and values of a head.</summary>
    internal AttentionBlock Head(int sequence, int head)
    {
        nint item = ((nint)sequence * Heads) + head;
        float* units = IsCompact ? _units.Pointer + (item * 2 * Positions) : null;
        return new AttentionBlock
        {
            HeadWidth = HeadWidth,
            ValueWidth = ValueWidth,
            Positions = Positions,
            Keys = _keys.Pointer + (item * _headKeys),
            Values = _values.Pointer + (item * _headValues),
            KeyUnits = units,
            ValueUnits = units is null ? null : units + Positions,
            KeysAhead = _headKeys * sizeof(float),
            ValuesAhead = _headValues * sizeof(float),
        };
    }

    private readonly struct StoreCall(float* key, float* value, AttentionBlock head, int position) : ISimdKernel
    {
        void ISimdKernel.Run<TVec, TSimd>() => FloatKernels<TVec, TSimd>.StorePosition(key, value, head, position);
    }
}
