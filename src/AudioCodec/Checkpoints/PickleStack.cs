namespace AudioCodec.Checkpoints;

/// <summary>The stack of a pickle: values, and marks at which a run of values begins.</summary>
internal sealed class PickleStack
{
    private static readonly object s_mark = new();

    private readonly List<object?> _items = [];

    public void Push(object? value) => _items.Add(value);

    public void PushMark() => _items.Add(s_mark);

    /// <summary>The top value, unless the stack is empty or a mark is on top.</summary>
    public (bool Found, object? Value) Peek() =>
        _items.Count > 0 && !ReferenceEquals(_items[^1], s_mark) ? (true, _items[^1]) : (false, null);

    /// <summary>Takes the top value, unless the stack is empty or a mark is on top.</summary>
    public (bool Found, object? Value) Pop()
    {
        (bool Found, object? Value) top = Peek();
        if (top.Found)
        {
            _items.RemoveAt(_items.Count - 1);
        }

        return top;
    }

    /// <summary>Drops the top value or mark.</summary>
    public void Drop()
    {
        if (_items.Count > 0)
        {
            _items.RemoveAt(_items.Count - 1);
        }
    }

    /// <summary>Takes all values above the topmost mark, and the mark; <see langword="null"/> where there is none.</summary>
    public object?[]? PopToMark()
    {
        int mark = _items.FindLastIndex(v => ReferenceEquals(v, s_mark));
        if (mark < 0)
        {
            return null;
        }

        object?[] values = [.. _items[(mark + 1)..]];
        _items.RemoveRange(mark, _items.Count - mark);
        return values;
    }
}
