namespace AudioCodec.Checkpoints;

/// <summary>Name of a Python class or function that a pickle refers to. It is compared, never resolved to code.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>A tuple.</summary>
internal sealed record PickleTuple(object?[] Items)
{
    public static PickleTuple Empty { get; } = new([]);
}

/// <summary>A dictionary. Pairs whose key is not text are dropped, since checkpoints have no use for them.</summary>
internal sealed class PickleDict
{
    private OrderedDictionary<string, object?>? _entries;

    /// <summary>The pairs in the order in which they were set.</summary>
    public IEnumerable<KeyValuePair<string, object?>> Entries => _entries ?? [];

    /// <summary>Sets a pair; as in Python the last value of a key wins.</summary>
    public void Set(object? key, object? value)
    {
        if (key is string text)
        {
            // A state dict holds many empty dictionaries, so the table is made at the first pair.
            (_entries ??= new OrderedDictionary<string, object?>(StringComparer.Ordinal))[text] = value;
        }
    }

    /// <summary>The value of a key, or <see langword="null"/> where there is none.</summary>
    public object? Get(string key) => _entries is not null && _entries.TryGetValue(key, out object? value) ? value : null;
}

/// <summary>An object of a class that is not interpreted, kept as data so that the rest of the file can be read.</summary>
internal sealed class PickleObject(PickleGlobal type)
{
    public PickleGlobal Type { get; } = type;

    /// <summary>Argument of the BUILD instruction: the object's attributes.</summary>
    public object? State { get; set; }
}

/// <summary>A storage: a run of elements of one type, named by a key.</summary>
/// <param name="Key">Key under which the file holds the elements.</param>
/// <param name="Type">Element type.</param>
/// <param name="FirstElement">First element of this view in the keyed storage; 0 unless it is a view.</param>
/// <param name="Count">Elements of this view.</param>
/// <param name="KeyedCount">Elements of the whole keyed storage.</param>
internal sealed record TorchStorage(string Key, TensorType Type, long FirstElement, long Count, long KeyedCount);

/// <summary>A strided view of a storage, as the file describes it: not checked, its values not read.</summary>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, long[] Shape, long[] Strides);
