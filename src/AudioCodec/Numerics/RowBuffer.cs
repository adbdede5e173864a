namespace AudioCodec.Numerics;

/// <summary>A queue of rows of C floats, contiguous in memory: rows are added at the end and dropped from the front.</summary>
/// <param name="columns">Floats per row, C.</param>
/// <param name="pool">Pool of the memory, or <see langword="null"/> for memory of its own.</param>
internal sealed unsafe class RowBuffer(int columns, BufferPool? pool = null)
{
    // Smaller buffers, in floats, are kept: moving the rows would cost more.
    private const int WorthReturning = 1 << 14;
    private AlignedArray _storage = AlignedArray.Empty;
    private int _first;

    /// <summary>Floats per row.</summary>
    public int Columns { get; } = columns;

    /// <summary>Rows held.</summary>
    public int Count { get; private set; }

    /// <summary>Address of the first row held; valid until rows are added or dropped.</summary>
    public float* Pointer => _storage.Pointer + ((nint)_first * Columns);

    /// <summary>The rows held, [Count, C].</summary>
    public Span<float> Rows => _storage.Span.Slice(_first * Columns, Count * Columns);

    /// <summary>Address of one row.</summary>
    public float* Row(int index) => Pointer + ((nint)index * Columns);

    /// <summary>Appends <paramref name="count"/> rows with undefined content and returns the address of the first.</summary>
    public float* Append(int count)
    {
        int needed = checked((Count + count) * Columns);
        if ((_first * (long)Columns) + needed > _storage.Length)
        {
            if (needed > _storage.Length)
            {
                Move(needed);
            }
            else
            {
                Rows.CopyTo(_storage.Span);
            }

            _first = 0;
        }

        float* added = Row(Count);
        Count += count;
        return added;
    }

    /// <summary>Adds rows.</summary>
    public void Append(ReadOnlySpan<float> rows)
    {
        int count = rows.Length / Columns;
        float* destination = Append(count);
        rows.CopyTo(new Span<float>(destination, rows.Length));
    }

    /// <summary>Drops rows from the front.</summary>
    public void RemoveFirst(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)Count);
        _first += count;
        Count -= count;
        if (Count == 0)
        {
            _first = 0;
        }
    }

    /// <summary>Drops rows from the end.</summary>
    public void RemoveLast(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)Count);
        Count -= count;
    }

    /// <summary>Drops all rows.</summary>
    public void Clear()
    {
        _first = 0;
        Count = 0;
    }

    /// <summary>Drops all rows and returns the memory to the pool.</summary>
    public void Release()
    {
        Clear();
        if (pool is not null)
        {
            pool.Return(_storage);
            _storage = AlignedArray.Empty;
        }
    }

    /// <summary>Returns memory to the pool where the rows need much less.</summary>
    public void Shrink()
    {
        if (Count == 0)
        {
            Release();
        }
        else if (pool is not null && _storage.Length >= WorthReturning && _storage.Length / 4 > Count * Columns)
        {
            Move(Count * Columns);
            _first = 0;
        }
    }

    private void Move(int needed)
    {
        // Memory of its own grows by half, so that after a few chunks of a stream nothing is allocated.
        AlignedArray other = pool?.Rent(needed)
            ?? new(Math.Max(needed, (int)Math.Min(Array.MaxLength - 64L, _storage.Length + (_storage.Length / 2L))), zeroed: false);
        Rows.CopyTo(other.Span);
        pool?.Return(_storage);
        _storage = other;
    }
}
