using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace TorchSharp.Utils;

/// <summary>A dictionary that keeps the order in which its keys came.</summary>
public class OrderedDict<TKey, TValue> : IEnumerable<(TKey, TValue)>
    where TKey : notnull
{
    private readonly List<(TKey Key, TValue Value)> _list = [];
    private readonly Dictionary<TKey, int> _index = [];

    public int Count => _list.Count;

    public bool IsReadOnly => false;

    public ICollection<TKey> Keys => [.. _list.Select(e => e.Key)];

    public ICollection<TValue> Values => [.. _list.Select(e => e.Value)];

    public TValue this[TKey key]
    {
        get => _list[_index[key]].Value;
        set
        {
            if (_index.TryGetValue(key, out int i))
            {
                _list[i] = (key, value);
            }
            else
            {
                Add(key, value);
            }
        }
    }

    public void clear() => Clear();

    public void Clear()
    {
        _list.Clear();
        _index.Clear();
    }

    public void Add(TKey key, TValue value)
    {
        _index.Add(key, _list.Count);
        _list.Add((key, value));
    }

    public void Add((TKey, TValue) item) => Add(item.Item1, item.Item2);

    public bool ContainsKey(TKey key) => _index.ContainsKey(key);

    public bool Remove(TKey key)
    {
        if (!_index.Remove(key, out int removed))
        {
            return false;
        }

        _list.RemoveAt(removed);
        for (int i = removed; i < _list.Count; i++)
        {
            _index[_list[i].Key] = i;
        }

        return true;
    }

    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (_index.TryGetValue(key, out int i))
        {
            value = _list[i].Value;
            return true;
        }

        value = default;
        return false;
    }

    public IEnumerator<(TKey, TValue)> GetEnumerator() => _list.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal bool TryAdd(TKey key, TValue value)
    {
        if (ContainsKey(key))
        {
            return false;
        }

        Add(key, value);
        return true;
    }
}
